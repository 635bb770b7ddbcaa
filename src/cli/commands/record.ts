import { formatCount, formatDuration, parseSize, WeirError } from '../../base/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { EXIT } from '../exit-codes.ts';
import { chosenFormat, writeObject } from '../output.ts';

const command: Command = {
  name: 'record',
  summary: 'Turn packets into flow logs as AWS would have written them',
  about:
    'Without --network each capture is one interface that belongs to no VPC: the lower address of a pair is inside if it is\n' +
    'private, and fields that nobody knows stay -. Without --out the records go to standard output, unless -o asks for the totals.',
  positionals: [{ name: 'FILE', meaning: 'More captures; - is standard input', many: true, optional: true }],
  options: [
    { name: 'pcap', value: 'FILE', meaning: 'A capture: pcap or pcapng, plain or gzip', many: true },
    {
      name: 'interface',
      short: 'i',
      value: 'NAME',
      meaning:
        'Record packets as they pass: eth0, any, or nflog:GROUP for verdicts of the firewall; until Ctrl-C',
      many: true,
    },
    { name: 'capture-tool', value: 'tcpdump|dumpcap', meaning: 'Which program captures (tcpdump if there)' },
    { name: 'promiscuous', meaning: 'Also frames for other machines, as from a mirror port' },
    {
      name: 'interface-id',
      value: 'ID',
      meaning: 'interface-id of captures without --network; a live recording has the name of its interface',
    },
    {
      name: 'network',
      value: 'FILE|DIR',
      meaning: 'network.yaml, or a folder of aws ec2 describe-* answers as JSON',
    },
    { name: 'ip-ranges', value: 'FILE', meaning: "AWS's ip-ranges.json, for pkt-*-aws-service" },
    {
      name: 'tags',
      value: 'KIND=KEY,KEY',
      meaning: 'Tags of the tag fields: instance=Name,App interface=… asg=…',
      many: true,
    },
    {
      name: 'out',
      value: 'DIR|s3://…',
      meaning: 'Where the records go: a text file per capture, or per 5 minutes',
    },
    {
      name: 'format',
      value: 'FIELDS',
      meaning: "v2 (default), v5, all, tgw, '${version} …', or field names with spaces",
    },
    { name: 'interval', value: '60|600', meaning: 'Aggregation interval in seconds (60)' },
    { name: 'actions', value: 'ALL|ACCEPT|REJECT', meaning: 'Which records are kept (ALL)' },
    { name: 'max-flows', value: 'N', meaning: 'Bound of live flows, 64 bytes each (1M); beyond it SKIPDATA' },
  ],
  examples: [
    { line: 'weir record --pcap trace.pcap.gz', shows: 'the flow logs of a capture' },
    {
      line: 'weir record --pcap web.pcap --network network.yaml --format v5 --out logs',
      shows:
        'what the interfaces of a VPC would have logged, verdicts included; logs.reasons says which rule rejected',
    },
    {
      line: 'weir record --interface eth0 --out logs',
      shows: 'flow logs of what passes, a file per five minutes, until Ctrl-C',
    },
    {
      line: 'weir record --pcap a.pcap --pcap b.pcapng --format v5 --out logs -o json',
      shows: 'two captures into a folder, the totals as JSON',
    },
  ],
  run: async (context) => {
    const captures = [...context.values('pcap'), ...context.positionals];
    const interfaces = context.values('interface');
    if (captures.length === 0 && interfaces.length === 0)
      throw new WeirError(
        'query',
        'cli.missing-argument',
        'what to record? give --pcap FILE or --interface NAME',
      );
    if (captures.length > 0 && interfaces.length > 0)
      throw new WeirError('query', 'cli.bad-option', 'record either captures or interfaces, not both');
    const { recordCaptures, recordLive, resolveConfig } = await import('../../app/index.ts');
    const config = resolveConfig({ flags: context.flags });
    const out = context.value('out') ?? (context.format === null ? 1 : null);
    const common = {
      out,
      network: context.value('network'),
      ipRanges: context.value('ip-ranges'),
      tagKeys: tagKeysOf(context.values('tags')),
      format: context.value('format'),
      interval: context.value('interval'),
      actions: context.value('actions'),
      maxFlows: maxFlowsOf(context),
      storage: config.storage,
      reporter: context.reporter,
      signal: context.signal,
    };
    const { result, remarks, isUseless } =
      interfaces.length > 0
        ? await recordLive({
            ...common,
            interfaces,
            tool: context.value('capture-tool'),
            isPromiscuous: context.has('promiscuous'),
            onStart: (what) => context.note(`weir: recording ${what}; Ctrl-C ends it`),
          })
        : await recordCaptures({ ...common, captures, interfaceId: context.value('interface-id') });
    for (const { capture, text } of remarks) context.note(`weir: ${capture}: ${text}`);
    const summary = summaryText(result);
    if (out === 1) context.note(summary.trimEnd());
    else writeObject(context.stdout, chosenFormat(context, config.output.format), { ...result }, summary);
    return isUseless ? EXIT.badData : EXIT.fine;
  },
};
export default command;

const TAG_KINDS: Readonly<Record<string, 'instance' | 'interface' | 'autoScalingGroup'>> = {
  instance: 'instance',
  interface: 'interface',
  asg: 'autoScalingGroup',
};

/** `instance=Name,App` for each kind; AWS takes two keys at most. */
function tagKeysOf(texts: readonly string[]): Readonly<Partial<Record<string, readonly string[]>>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [kind = '', keys = ''] = text.split(/=(.*)/s);
      const name = TAG_KINDS[kind];
      const list = keys.split(',').filter((key) => key !== '');
      if (name !== undefined && list.length >= 1 && list.length <= 2) return [name, list];
      throw new WeirError(
        'query',
        'cli.bad-option',
        `--tags "${text}": expected instance, interface or asg, =, and one or two keys`,
      );
    }),
  );
}

const MAX_FLOWS = 1 << 24;

function maxFlowsOf(context: CommandContext): number | undefined {
  const text = context.value('max-flows');
  if (text === undefined) return undefined;
  const flows = parseSize(text);
  if (flows !== null && Number.isInteger(flows) && flows >= 1 && flows <= MAX_FLOWS) return flows;
  throw new WeirError(
    'query',
    'cli.bad-option',
    `--max-flows "${text}": expected a count up to ${formatCount(MAX_FLOWS)}, such as 500k or 5M`,
  );
}

function summaryText(result: {
  readonly packets: number;
  readonly counted: number;
  readonly dropped: Readonly<Record<string, number>>;
  readonly records: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly seconds: number;
}): string {
  const { packets, counted, dropped, records, ok, nodata, skipdata, seconds } = result;
  const reasons = Object.entries(dropped).map(([reason, count]) => ` + ${count} ${reason}`);
  const rate = seconds > 0 ? `, ${formatCount(Math.round(packets / seconds))} packets/s` : '';
  return (
    `${packets} packets = ${counted} counted${reasons.join('')}\n` +
    `${records} records = ${ok} ok + ${nodata} nodata + ${skipdata} skipdata (${formatDuration(seconds)}${rate})\n`
  );
}
