import { formatBytes, formatCount, formatDuration } from '../../base/index.ts';
import { TIME_OPTIONS } from '../arguments.ts';
import type { Command } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { timeChoice } from '../lake-command.ts';
import { chosenFormat, writeObject } from '../output.ts';

/** How many objects of a list are named before the rest is a number. */
const SHOWN = 10;

const command: Command = {
  name: 'ingest',
  summary: 'Read flow logs from anywhere into the lake',
  about:
    'Each object is read once, whatever happened before: run it again after an interruption, or from several machines.\n' +
    'Layout and compression are told by content. Every line ends as ok, nodata, skipdata or malformed; weir ledger shows which.',
  positionals: [
    {
      name: 'SOURCE',
      meaning: 'Files, folders, patterns, s3://bucket/prefix, or - for standard input',
      many: true,
    },
  ],
  options: [
    {
      name: 'format',
      value: 'FORMAT',
      meaning: "Layout of text without a header: '${version} ${account-id} …' or field names",
    },
    ...TIME_OPTIONS,
  ],
  examples: [
    { line: 'weir ingest ./my-logs', shows: 'everything in a folder' },
    {
      line: 'weir ingest s3://logs/AWSLogs/123456789012/vpcflowlogs/ --since 2026-01-01 -o json',
      shows: 'one account from a bucket, from this year on; the counts as JSON',
    },
  ],
  run: async (context) => {
    const range = timeChoice(context);
    const { ingest, resolveConfig } = await import('../../app/index.ts');
    const config = resolveConfig({ flags: context.flags });
    const format = chosenFormat(context, config.output.format);
    const report = await ingest({
      sources: context.positionals,
      lake: config.lake.location,
      storage: config.storage,
      format: context.value('format'),
      sinceSeconds: range.startSeconds ?? undefined,
      untilSeconds: range.endSeconds ?? undefined,
      reporter: context.reporter,
      signal: context.signal,
    });
    const { result, problems, imperfect, unknownFields, leftOut } = report;
    for (const { uri, reason } of problems.slice(0, SHOWN))
      context.note(`weir: could not read ${uri}: ${reason}`);
    if (problems.length > SHOWN)
      context.note(`weir: and ${problems.length - SHOWN} more that could not be read`);
    for (const { uri, status, reason } of imperfect.slice(0, SHOWN))
      context.note(`weir: ${status}: ${uri}: ${reason}`);
    if (imperfect.length > SHOWN)
      context.note(`weir: and ${imperfect.length - SHOWN} more; weir ledger lists them`);
    for (const [field, objects] of Object.entries(unknownFields)) {
      context.note(`weir: unknown field ${field} in ${objects} objects, kept as text`);
    }
    for (const [reason, count] of Object.entries(leftOut)) context.note(`weir: left out ${count}: ${reason}`);
    writeObject(context.stdout, format, { ...result }, summaryText(result));
    if (problems.length > 0) return EXIT.outside;
    const nothingUsable = result.lines > 0 && result.malformed === result.lines;
    const nothingRead = result.lines === 0 && imperfect.length > 0;
    return nothingUsable || nothingRead ? EXIT.badData : EXIT.fine;
  },
};
export default command;

function summaryText(result: {
  readonly objects: number;
  readonly objectsSkipped: number;
  readonly lines: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly malformed: number;
  readonly bytesRead: number;
  readonly seconds: number;
}): string {
  const rate =
    result.seconds > 0 ? ` (${formatCount(Math.round(result.lines / result.seconds))} lines/s)` : '';
  const skipped =
    result.objectsSkipped > 0 ? `, ${formatCount(result.objectsSkipped)} already in the lake` : '';
  const lines = [
    `${formatCount(result.objects)} objects read${skipped}, ${formatBytes(result.bytesRead)} in ${formatDuration(result.seconds)}${rate}`,
    `${result.lines} lines = ${result.ok} ok + ${result.nodata} nodata + ${result.skipdata} skipdata + ${result.malformed} malformed`,
  ];
  if (result.malformed > 0) lines.push('weir ledger --malformed shows the malformed lines word for word');
  return `${lines.join('\n')}\n`;
}
