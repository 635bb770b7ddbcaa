import { formatBytes, formatCount, formatDuration, formatIso, WeirError } from '../../base/index.ts';
import type { Command } from '../command.ts';
import { chosenFormat, writeObject, writeRows } from '../output.ts';

const command: Command = {
  name: 'simulate',
  summary: 'Make flow logs of a site that does not exist, with attacks and faults if wanted',
  about:
    'A seeded three-tier site with NAT, load balancers, IPv6, scanners and a transit gateway, written as AWS writes flow logs.\n' +
    'Beside OUT lies OUT.truth with the exact totals and, for scenarios, a label for every line that they made.',
  positionals: [
    {
      name: 'SCENARIO',
      meaning: 'What goes wrong (--list shows all); with /6 behind it over IPv6',
      many: true,
      optional: true,
    },
  ],
  options: [
    { name: 'out', value: 'PLACE', meaning: 'A directory or s3://bucket/prefix' },
    { name: 'list', meaning: 'List the scenarios' },
    { name: 'sample', meaning: 'The bundled sample: three days up to now' },
    { name: 'span', value: '3d', meaning: 'Length of the simulated time (1h, or what the scenarios need)' },
    { name: 'start', value: 'TIME', meaning: 'Its begin (so that it ends now)' },
    { name: 'records', value: '10M', meaning: 'Exactly so many lines' },
    { name: 'objects', value: 'N', meaning: 'So many objects of --lines lines' },
    { name: 'lines', value: 'N', meaning: 'Lines of each object (10k)' },
    { name: 'format', value: 'v2|v5|all|tgw|FORMAT', meaning: "Fields (v2); FORMAT as '${version} …'" },
    { name: 'interval', value: '60|600', meaning: 'Capture window in seconds (60)' },
    {
      name: 'layout',
      value: 'LAYOUT',
      meaning: 'plain, hourly, hive, hive-hourly, flat, or export (CloudWatch) (plain)',
    },
    { name: 'prefix', value: 'FOLDER', meaning: 'Folder before AWSLogs' },
    { name: 'gzip', value: '0-9', meaning: 'Compression; 0 for plain text, with flat and export (6)' },
    { name: 'fleet', value: 'SIZE', meaning: 'tiny, small, medium or large (by the number of lines)' },
    { name: 'accounts', value: '1|2', meaning: '2 puts the second VPC into an account of its own (1)' },
    { name: 'at', value: '10m', meaning: 'When the scenarios begin, after the start (10m)' },
    { name: 'seed', value: 'TEXT', meaning: 'The same seed, start and options give the same bytes (weir)' },
    { name: 'truth', value: 'PLACE', meaning: 'Where the truth goes (OUT.truth; needed for s3://)' },
  ],
  examples: [
    { line: 'weir simulate --records 1M --format v5 --out logs', shows: 'a million records, all fields' },
    {
      line: 'weir simulate beacon ssh-brute-force/6 --out logs',
      shows: 'two attacks in an ordinary day, and which lines are theirs',
    },
    {
      line: 'weir simulate blackhole-route --format tgw --out logs',
      shows: 'packet loss on a transit gateway',
    },
  ],
  run: async (context) => {
    const { resolveConfig, SIMULATE_SCENARIOS, simulate } = await import('../../app/index.ts');
    const format = chosenFormat(context, resolveConfig({ flags: context.flags }).output.format);
    if (context.has('list')) {
      writeRows(context.stdout, format, {
        columns: [{ name: 'name' }, { name: 'kind' }, { name: 'title' }],
        rows: SIMULATE_SCENARIOS.map(({ name, kind, title }) => [name, kind, title]),
      });
      return 0;
    }
    const out = context.value('out');
    if (out === undefined) {
      throw new WeirError(
        'query',
        'cli.bad-option',
        'where to? give --out DIRECTORY or --out s3://bucket/prefix',
      );
    }
    const result = await simulate({
      out,
      sample: context.has('sample'),
      scenarios: context.positionals,
      truth: context.value('truth'),
      seed: context.value('seed'),
      start: context.value('start'),
      span: context.value('span'),
      records: context.value('records'),
      objects: context.value('objects'),
      lines: context.value('lines'),
      format: context.value('format'),
      interval: context.value('interval'),
      layout: context.value('layout'),
      prefix: context.value('prefix'),
      gzip: context.value('gzip'),
      fleet: context.value('fleet'),
      accounts: context.value('accounts'),
      at: context.value('at'),
      nowSeconds: context.nowSeconds,
      reporter: context.reporter,
      signal: context.signal,
    });
    const { objects, bytes, lines, ok, nodata, skipdata, startSeconds, spanSeconds, seed, truth } = result;
    const played = result.scenarios.map(
      ({ scenario, ipVersion, startSeconds: begin, endSeconds }) =>
        `${scenario} over IPv${ipVersion}, ${formatIso(begin)} to ${formatIso(endSeconds)}\n`,
    );
    const text =
      `${formatCount(objects)} objects, ${formatBytes(bytes)}, in ${out} (${formatDuration(result.seconds)})\n` +
      `${lines} lines = ${ok} ok + ${nodata} nodata + ${skipdata} skipdata\n` +
      `${formatDuration(spanSeconds)} from ${formatIso(startSeconds)}, seed ${seed}\n` +
      played.join('') +
      (truth === null ? '' : `truth in ${truth}\n`);
    writeObject(context.stdout, format, { ...result }, text);
    return 0;
  },
};
export default command;
