import type { Config } from '../../app/index.ts';
import {
  formatBytes,
  formatDay,
  formatIso,
  parseDurationSeconds,
  parseSize,
  WeirError,
} from '../../base/index.ts';
import type { Command, CommandContext, OutputFormat } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { chosenFormat, writeRows } from '../output.ts';

const TASKS = ['status', 'compact', 'expire', 'verify', 'vacuum'] as const;
type Task = (typeof TASKS)[number];

const command: Command = {
  name: 'lake',
  summary: 'Keep the lake: status, compact, expire, verify, vacuum',
  about:
    'status   rows, files and bytes of each table\n' +
    'compact  rewrite small and unsorted files in order, merge rollups; safe while others ingest\n' +
    'expire   take old days out: --keep for records, --keep-rollups for index, volumes and coverage, --max-size for both\n' +
    'verify   check logs, every file and all sums against the ledger; exit code 1 when something is wrong\n' +
    'vacuum   remove files that no table names any more, after 7 days',
  positionals: [{ name: 'TASK', meaning: TASKS.join(', ') }],
  options: [
    { name: 'keep', value: 'TIME', meaning: 'expire: keep records of this long, such as 30d' },
    { name: 'keep-rollups', value: 'TIME', meaning: 'expire: keep index, volumes and coverage of this long' },
    {
      name: 'max-size',
      value: 'SIZE',
      meaning: 'expire: the whole lake, oldest days first, records before rollups',
    },
    { name: 'before', value: 'DAY', meaning: 'compact: only days before this one' },
    {
      name: 'months-before',
      value: 'DAY',
      meaning: 'compact: merge the address index of months before this one into whole months',
    },
    { name: 'dry-run', meaning: 'Only say what would be done' },
  ],
  examples: [
    { line: 'weir lake status', shows: 'what the lake holds' },
    {
      line: 'weir lake expire --keep 30d --keep-rollups 400d --dry-run',
      shows: 'what would go under this retention',
    },
  ],
  run: async (context) => {
    const task = TASKS.find((name) => name === context.positionals[0]);
    if (task === undefined) {
      throw new WeirError(
        'query',
        'cli.bad-argument',
        `weir lake ${context.positionals[0] ?? ''} is no task; use ${TASKS.join(', ')}`,
      );
    }
    const { resolveConfig } = await import('../../app/index.ts');
    const config = resolveConfig({ flags: context.flags });
    return runTask(task, context, config, chosenFormat(context, config.output.format));
  },
};
export default command;

async function runTask(
  task: Task,
  context: CommandContext,
  config: Config,
  format: OutputFormat,
): Promise<number> {
  const { compactLake, expireLake, lakeStatus, vacuumLake, verifyLake, withLakeFiles } = await import(
    '../../app/index.ts'
  );
  const dryRun = context.has('dry-run');
  switch (task) {
    case 'status': {
      const status = await withLakeFiles(config, context.reporter, lakeStatus);
      if (format === 'json') context.stdout.write(`${JSON.stringify(status)}\n`);
      else {
        writeRows(context.stdout, format, {
          columns: [
            { name: 'table' },
            { name: 'rows' },
            { name: 'files' },
            { name: 'bytes', unit: 'bytes' },
            { name: 'smallFiles' },
            { name: 'unsortedFiles' },
            { name: 'oldest' },
            { name: 'newest' },
          ],
          rows: status.tables.map((table) => [
            table.table,
            table.rows,
            table.files,
            table.bytes,
            table.smallFiles,
            table.unsortedFiles,
            table.oldest,
            table.newest,
          ]),
        });
        const last =
          status.lastCommitSeconds === null
            ? 'never written'
            : `last commit ${formatIso(status.lastCommitSeconds)}`;
        context.note(`${status.uri}: version ${status.version}, ${formatBytes(status.bytes)}, ${last}`);
        if (status.rawKeptFrom !== null) context.note(`records are complete from ${status.rawKeptFrom} on`);
        if (status.rollupsKeptFrom !== null)
          context.note(`rollups are complete from ${status.rollupsKeptFrom} on`);
      }
      return EXIT.fine;
    }
    case 'compact': {
      const [before, monthsBefore] = [dayOption(context, 'before'), dayOption(context, 'months-before')];
      const done = await withLakeFiles(config, context.reporter, (lake) =>
        compactLake(lake, {
          dryRun,
          ...(before === undefined ? {} : { before }),
          ...(monthsBefore === undefined ? {} : { monthsBefore: `${monthsBefore.slice(0, 7)}-01` }),
        }),
      );
      const names = [
        'table',
        'partition',
        'outcome',
        'filesBefore',
        'bytesBefore',
        'filesAfter',
        'bytesAfter',
      ] as const;
      writeRows(context.stdout, format, {
        columns: names.map((name) => ({ name, unit: name.startsWith('bytes') ? 'bytes' : null })),
        rows: done.map((partition) => names.map((name) => partition[name])),
      });
      return EXIT.fine;
    }
    case 'expire': {
      const rawBefore = ageOption(context, 'keep');
      const rollupsBefore = ageOption(context, 'keep-rollups');
      const maxBytes = sizeOption(context, 'max-size');
      const report = await withLakeFiles(config, context.reporter, (lake) =>
        expireLake(lake, {
          dryRun,
          ...(rawBefore === undefined ? {} : { rawBefore }),
          ...(rollupsBefore === undefined ? {} : { rollupsBefore }),
          ...(maxBytes === undefined ? {} : { maxBytes }),
        }),
      );
      const names = ['table', 'partition', 'files', 'rows', 'bytes'] as const;
      writeRows(context.stdout, format, {
        columns: names.map((name) => ({ name, unit: name === 'bytes' ? 'bytes' : null })),
        rows: report.partitions.map((partition) => names.map((name) => partition[name])),
      });
      const bytes = report.partitions.reduce((sum, partition) => sum + partition.bytes, 0);
      context.note(
        `${dryRun ? 'would free' : 'freed'} ${formatBytes(bytes)}; ${formatBytes(report.bytesKept)} stay`,
      );
      return EXIT.fine;
    }
    case 'verify': {
      const report = await withLakeFiles(config, context.reporter, verifyLake);
      if (format === 'json') context.stdout.write(`${JSON.stringify(report)}\n`);
      else {
        const names = ['severity', 'code', 'where', 'message'] as const;
        writeRows(context.stdout, format, {
          columns: names.map((name) => ({ name })),
          rows: report.problems.map((problem) => names.map((name) => problem[name])),
        });
      }
      const looked = `${report.files} files, ${report.rows} rows, ${report.objects} objects`;
      context.note(
        report.isClean ? `clean: ${looked}` : `not clean: ${looked}, ${report.problems.length} problems`,
      );
      return report.isClean ? EXIT.fine : EXIT.found;
    }
    case 'vacuum': {
      const report = await withLakeFiles(config, context.reporter, (lake) => vacuumLake(lake, { dryRun }));
      const row = {
        files: report.files.length,
        bytes: report.bytes,
        logEntries: report.logEntries,
        unfinished: report.unfinished,
      };
      writeRows(context.stdout, format, {
        columns: Object.keys(row).map((name) => ({ name, unit: name === 'bytes' ? 'bytes' : null })),
        rows: [Object.values(row)],
      });
      return EXIT.fine;
    }
  }
}

/** The first day that is kept when everything older than the option's length of time goes. */
function ageOption(context: CommandContext, name: string): string | undefined {
  const text = context.value(name);
  if (text === undefined) return undefined;
  const seconds = parseDurationSeconds(text);
  if (seconds !== null && seconds >= 86_400) return formatDay(context.nowSeconds - seconds);
  throw new WeirError(
    'query',
    'cli.bad-option',
    `--${name} "${text}" is no length of a day or more; use 30d, 8w`,
  );
}

function sizeOption(context: CommandContext, name: string): number | undefined {
  const text = context.value(name);
  if (text === undefined) return undefined;
  const bytes = parseSize(text);
  if (bytes !== null) return bytes;
  throw new WeirError('query', 'cli.bad-option', `--${name} "${text}" is no size; use 500GB`);
}

function dayOption(context: CommandContext, name: string): string | undefined {
  const text = context.value(name);
  if (text === undefined || /^\d{4}-\d{2}-\d{2}$/.test(text)) return text;
  throw new WeirError('query', 'cli.bad-option', `--${name} "${text}" is no day; use 2026-01-31`);
}
