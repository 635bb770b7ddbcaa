import type { Config, IngestReport } from '../../app/index.ts';
import { formatCount, formatDuration } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { SERVE_OPTIONS, serveFlags } from '../serve-options.ts';
import { serveUntilInterrupted } from '../serving.ts';
import { formatSummary } from '../summary-text.ts';

const command: Command = {
  name: 'start',
  summary: 'The whole main job: ingest, summary, console',
  about:
    'With SOURCE: ingests it. Without one, and with an empty lake: makes and ingests the bundled sample, three days of a site\n' +
    'that does not exist. Then prints the summary and serves the console.',
  positionals: [{ name: 'SOURCE', meaning: 'As for weir ingest', optional: true, many: true }],
  options: [
    { name: 'format', value: 'FORMAT', meaning: 'Layout of text without a header' },
    { name: 'no-serve', meaning: 'Stop after the summary' },
    ...SERVE_OPTIONS,
  ],
  examples: [
    { line: 'npm start', shows: 'the console over a sample' },
    { line: 'npm start -- ./my-logs', shows: 'the console over your logs' },
  ],
  run: async (context) => {
    const { ingest, ingestSample, openReadSession, resolveConfig, runSummary } = await import(
      '../../app/index.ts'
    );
    const config = resolveConfig({ flags: serveFlags(context) });
    const deps = { reporter: context.reporter, signal: context.signal, nowSeconds: context.nowSeconds };
    let report: IngestReport | null = null;
    if (context.positionals.length > 0) {
      report = await ingest({
        sources: context.positionals,
        lake: config.lake.location,
        storage: config.storage,
        format: context.value('format'),
        reporter: context.reporter,
        signal: context.signal,
      });
    } else if (await isEmptyLake(config)) {
      context.note('The lake is empty: making the bundled sample, three days of a site that does not exist.');
      report = await ingestSample(config, deps);
    }
    if (report !== null) {
      const { result, problems, imperfect } = report;
      for (const { uri, reason } of [...problems, ...imperfect].slice(0, 10))
        context.note(`weir: ${uri}: ${reason}`);
      context.note(
        `${formatCount(result.objects)} objects, ${result.lines} lines in ${formatDuration(result.seconds)}; ${result.malformed} malformed`,
      );
    }
    const read = await openReadSession(config, { signal: context.signal });
    try {
      const summary = await runSummary(read.analyze, { limit: 5 });
      context.stdout.write(formatSummary(summary, { width: context.stdout.columns ?? 100, lake: read.uri }));
    } finally {
      read.close();
    }
    return context.has('no-serve') ? EXIT.fine : serveUntilInterrupted(context, config);
  },
};
export default command;

async function isEmptyLake(config: Config): Promise<boolean> {
  const { openReadSession } = await import('../../app/index.ts');
  const read = await openReadSession(config);
  read.close();
  return read.isEmpty;
}
