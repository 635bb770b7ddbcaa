import type { AwsServing, Config } from '../app/index.ts';
import { formatCount, isWeirError, parseSize, WeirError } from '../base/index.ts';
import type { CommandContext, Option } from './command.ts';

/** Options of the AWS-compatible side, beside its port. */
export const AWS_OPTIONS: readonly Option[] = [
  {
    name: 'network',
    value: 'FILE|DIR',
    meaning:
      'network.yaml, or a folder of aws ec2 describe-* answers: flow logs can be made for what is in it',
  },
  {
    name: 'state',
    value: 'DIR',
    meaning: 'Flow logs and undelivered records (default ./weir-state); with --network',
  },
  { name: 'buckets', value: 'DIR', meaning: 'Deliver into folders below it in place of S3 buckets' },
  { name: 'spool-size', value: 'SIZE', meaning: 'Bound of undelivered records (default 10GB)' },
  { name: 'pcap', value: 'FILE', meaning: 'Record this capture for the flow logs that exist', many: true },
  {
    name: 'interface',
    short: 'i',
    value: 'NAME',
    meaning: 'Record packets as they pass: eth0, any, or nflog:GROUP',
    many: true,
  },
];

/**
 * Starts the AWS-compatible endpoint beside the console. Null when its usual port is taken and
 * nobody asked for it: a second console is more likely than a second endpoint.
 */
export async function startAwsSide(context: CommandContext, config: Config): Promise<AwsServing | null> {
  const { serveAws } = await import('../app/index.ts');
  const network = context.value('network') ?? null;
  if (network === null && (context.values('pcap').length > 0 || context.values('interface').length > 0)) {
    throw new WeirError(
      'query',
      'cli.missing-argument',
      '--pcap and --interface record for a network; give --network',
    );
  }
  return serveAws({
    host: config.serve.host,
    port: config.serve.awsPort,
    network,
    stateDirectory: context.value('state') ?? './weir-state',
    bucketDirectory: context.value('buckets') ?? null,
    spoolBytes: spoolBytesOf(context),
    keys: process.env['WEIR_AWS_KEYS'] ?? '',
    storage: config.storage,
    reporter: context.reporter,
  }).catch((error: unknown) => {
    const isNeeded = network !== null || context.value('aws-port') !== undefined;
    const isExcused =
      isWeirError(error) && (error.code === 'app.cannot-listen' || error.code === 'app.aws-needs-keys');
    if (isNeeded || !isExcused) throw error;
    context.note(`weir: no AWS endpoint: ${error.message}`);
    return null;
  });
}

/** Records the captures and interfaces named on the command line for the flow logs that exist. */
export async function recordCaptures(context: CommandContext, serving: AwsServing): Promise<void> {
  for (const capture of context.values('pcap')) {
    const packets = await serving.record(capture);
    context.note(`${capture}: ${formatCount(packets)} packets recorded`);
  }
  const interfaces = context.values('interface');
  if (interfaces.length === 0) return;
  await serving.listen(interfaces);
  context.note(`recording ${interfaces.join(', ')}`);
}

function spoolBytesOf(context: CommandContext): number | null {
  const text = context.value('spool-size');
  if (text === undefined) return null;
  const bytes = parseSize(text);
  if (bytes !== null && bytes >= 1e6) return bytes;
  throw new WeirError(
    'query',
    'cli.bad-option',
    `--spool-size "${text}": expected 1MB or more, such as 10GB`,
  );
}
