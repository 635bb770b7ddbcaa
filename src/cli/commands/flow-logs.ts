import { WeirError } from '../../base/index.ts';
import type { Command, CommandContext, OutputFormat } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { chosenFormat, writeObject, writeRows } from '../output.ts';

const TASKS = ['create', 'describe', 'delete'] as const;
type Task = (typeof TASKS)[number];

const command: Command = {
  name: 'flow-logs',
  summary: 'Flow logs of a network: create, describe, delete',
  about:
    'Speaks the EC2 API with a running weir serve --network (or with AWS: --endpoint-url https://ec2.us-east-1.amazonaws.com).\n' +
    'create    for resources of one kind; needs --to\n' +
    'describe  all, or those with the ids given\n' +
    'delete    by id; what was published stays',
  positionals: [
    { name: 'TASK', meaning: TASKS.join(', ') },
    {
      name: 'ID',
      meaning: 'Resources (vpc-… subnet-… eni-… tgw-…), or flow logs (fl-…)',
      many: true,
      optional: true,
    },
  ],
  options: [
    { name: 'to', value: 'PLACE', meaning: 'create: s3://bucket/folder, log-group:NAME, or an ARN' },
    { name: 'traffic', value: 'ALL|ACCEPT|REJECT', meaning: 'create: which records (ALL)' },
    {
      name: 'format',
      value: 'FIELDS',
      meaning: "create: v2 (default), v5, all, tgw, '${version} …', or field names",
    },
    { name: 'interval', value: '60|600', meaning: 'create: longest window in seconds (600)' },
    { name: 'parquet', meaning: 'create: Parquet files instead of text' },
    { name: 'hive', meaning: 'create: Hive-compatible folders' },
    { name: 'hourly', meaning: 'create: a folder per hour' },
    { name: 'role', value: 'ARN', meaning: 'create: role that AWS wants for CloudWatch Logs' },
    { name: 'tag', value: 'KEY=VALUE', meaning: 'create: a tag', many: true },
    {
      name: 'endpoint-url',
      value: 'URL',
      meaning: 'Default AWS_ENDPOINT_URL_EC2, else weir serve on this machine',
    },
    { name: 'region', value: 'REGION', meaning: 'Default AWS_REGION, else us-east-1' },
  ],
  examples: [
    { line: 'weir flow-logs create vpc-1 --to s3://my-bucket/flows --interval 60', shows: 'a new flow log' },
    { line: 'weir flow-logs describe', shows: 'every flow log and how its delivery goes' },
    { line: 'weir flow-logs delete fl-0123456789abcdef0', shows: 'nothing; published files stay' },
  ],
  run: async (context) => {
    const [name = '', ...ids] = context.positionals;
    const task = TASKS.find((each) => each === name);
    if (task === undefined)
      throw new WeirError(
        'query',
        'cli.bad-argument',
        `weir flow-logs ${name} is no task; use ${TASKS.join(', ')}`,
      );
    if (task !== 'describe' && ids.length === 0)
      throw new WeirError(
        'query',
        'cli.missing-argument',
        `weir flow-logs ${task}: which? give at least one id`,
      );
    const { resolveConfig } = await import('../../app/index.ts');
    const config = resolveConfig({ flags: context.flags });
    const endpoint = {
      url:
        context.value('endpoint-url') ??
        process.env['AWS_ENDPOINT_URL_EC2'] ??
        `http://127.0.0.1:${config.serve.awsPort}`,
      region:
        context.value('region') ??
        process.env['AWS_REGION'] ??
        process.env['AWS_DEFAULT_REGION'] ??
        'us-east-1',
      profile: config.storage.profile,
    };
    return runTask(task, ids, context, endpoint, chosenFormat(context, config.output.format));
  },
};
export default command;

async function runTask(
  task: Task,
  ids: readonly string[],
  context: CommandContext,
  endpoint: { readonly url: string; readonly region: string; readonly profile: string | undefined },
  format: OutputFormat,
): Promise<number> {
  const { createFlowLogs, deleteFlowLogs, describeFlowLogs } = await import('../../app/index.ts');
  switch (task) {
    case 'create': {
      const to = context.value('to');
      if (to === undefined)
        throw new WeirError('query', 'cli.missing-argument', 'where to? give --to s3://bucket/folder');
      const created = await createFlowLogs(
        {
          resourceIds: ids,
          to,
          traffic: context.value('traffic'),
          format: context.value('format'),
          interval: context.value('interval'),
          role: context.value('role'),
          isParquet: context.has('parquet'),
          isHive: context.has('hive'),
          isHourly: context.has('hourly'),
          tags: context.values('tag'),
        },
        endpoint,
      );
      writeObject(context.stdout, format, { ...created }, created.ids.map((id) => `${id}\n`).join(''));
      for (const { resource, reason } of created.refused) context.note(`weir: ${resource}: ${reason}`);
      return created.refused.length > 0 ? EXIT.found : EXIT.fine;
    }
    case 'describe': {
      const found = await describeFlowLogs(ids, endpoint);
      const names = [
        'id',
        'resource',
        'traffic',
        'destination',
        'fileFormat',
        'interval',
        'status',
        'error',
        'created',
        'format',
      ] as const;
      // A table has no room for formats, which may name 54 fields.
      const shown = format === 'table' ? names.filter((each) => each !== 'format') : names;
      writeRows(context.stdout, format, {
        columns: shown.map((each) => ({ name: each })),
        rows: found.map((flowLog) => shown.map((each) => flowLog[each])),
      });
      return EXIT.fine;
    }
    case 'delete':
      await deleteFlowLogs(ids, endpoint);
      context.note(`${ids.length} flow ${ids.length === 1 ? 'log' : 'logs'} deleted`);
      return EXIT.fine;
  }
}
