import {
  FUNCTIONS,
  formatProblem,
  INSIGHTS_AGGREGATES,
  INSIGHTS_COMMANDS,
  MEASURES,
  PAIRS,
  parseFilter,
  parseInsights,
  printFilter,
  QUERY_COLUMNS,
  REFUSED_INSIGHTS_COMMANDS,
  SERVICE_NAMES,
  servicePorts,
} from '../src/query/index.ts';
import { TCP_FLAGS } from '../src/record/index.ts';

const NOW = Date.UTC(2026, 0, 31, 12) / 1000;

/** What people type, from many habits; the page shows what each is read as, so it cannot lie. */
const EXAMPLES: readonly (readonly [string, readonly string[]])[] = [
  [
    'Fields and values',
    [
      'dstport = 22 and srcaddr in 10.0.0.0/8 and action = REJECT',
      'pkt-srcaddr is not null',
      'tcpFlags = 2',
      'bytes > 10MB',
      'bps > 1Mbps and duration >= 5m',
      'start >= 2026-01-31T09:00 and start < 3h',
      'dstport in (22, 3389, 8000-8100)',
      'bytes between 1k and 10k',
      'interface_id like eni-0*',
      'instance_id matches /^i-0[0-9a-f]+$/',
      'action = deny',
    ],
  ],
  [
    'Either side',
    [
      'ip 203.0.113.9',
      'host 2001:db8::1',
      'net 10/8',
      'port ssh',
      '203.0.113.9',
      'not (ip 10.0.0.1 or port 443)',
    ],
  ],
  [
    'tcpdump and nfdump habits',
    [
      'src ip 10.0.0.1 and dst port 22',
      'src 10.0.0.1',
      'src or dst net 192.168',
      'tcp dst port 443',
      'proto udp and not port 53',
      'flags S and not flags AF',
      'first seen > 2026-01-30T09',
      'ip host 10.0.0.1',
    ],
  ],
  [
    "Akvorado's habits",
    [
      'DstPort IN (22, 3389) AND SrcAddr !<< 10.0.0.0/8 AND Proto = "tcp"',
      'SrcPort < DstPort',
      'interface_id UNLIKE "eni-0%" -- a comment',
    ],
  ],
  [
    'key:value habits',
    [
      'src:10.0.0.1 dport:22,80',
      'action:REJECT bytes:>1MB',
      'source.ip: 10.0.0.0/8 and not destination.port: (22 or 80)',
      'instance_id:*',
      'destination.port: (>= 400 and < 500)',
      '_exists_:instance_id AND dst_port:[20 TO 25]',
    ],
  ],
  [
    'Wireshark habits',
    [
      'ip.addr == 10.0.0.0/8 && tcp.dstport in {22, 3389} && !(ip.src == 10.1.0.0/16)',
      'tcp.flags.syn == 1 and tcp.flags.reset == 0',
      'ip.addr === 10.0.0.1',
    ],
  ],
  [
    'TCP flags',
    [
      'flags has SYN and not ACK',
      'flags has SYN+ACK',
      'flags has any FIN, RST',
      'flags lacks SYN',
      'flags has only SYN',
    ],
  ],
  ['Sets', ['ip in @ioc', 'srcaddr not in @ioc']],
];

/** The reference page of the filter language. */
export function filterLanguagePage(): string {
  const columns = QUERY_COLUMNS.map(
    ({ name, kind, aliases, meaning, words }) =>
      `| \`${name}\` | ${kind}${words.length > 0 ? `: ${words.join(', ')}` : ''} | ${aliases.map((alias) => `\`${alias}\``).join(' ')} | ${meaning} |`,
  );
  const examples = EXAMPLES.map(([title, texts]) => {
    const rows = texts.map((text) => `| \`${escaped(text)}\` | \`${escaped(readAs(text))}\` |`);
    return `### ${title}\n\n| typed | read as |\n|---|---|\n${rows.join('\n')}`;
  });
  return `<!-- Generated from src/query by npm run generate; edits here are lost. -->

# The filter language

One language for \`weir find\`, \`weir top --where\`, the API, the console and rules. A filter says which records are meant;
an empty one means all of them.

## Grammar

\`\`\`
filter    = term { ("and" | "&&" | "or" | "||") term }        and binds tighter than or
term      = ("not" | "!") term | "(" filter ")" | condition
condition = subject [operator] value                          no operator means =
          | subject ("is" ["not"] "null" | "exists" | "missing")
          | subject ["not"] "in" (list | value | @set)
          | subject ["not"] "between" value "and" value
          | subject ["not"] ("like" | "glob" | "contains" | "matches" | "starts with" | "ends with") text
          | flags ("has" ["any" | "only"] | "lacks") flag {"," flag} ["and" ["not"] flag]
          | subject ("===" | "!==") value                     both ends equal it, or not both
          | subject ("<<" | "!<<") block                      in, not in
          | subject operator subject                          two columns of one kind
          | subject ":" value {"," value}                     side by side, these mean and
          | subject ":" "(" values with and, or, not ")"      a condition over one value
          | subject ":" ("[" | "{") value "TO" value ("]" | "}")  with or without the ends
          | word                                              tcp, ipv6, rejected, egress, an address …
subject   = a field in any spelling | "ip" | "host" | "net" | "port" | ("src" | "dst") ["ip" | "net" | "port"]
operator  = "=" "==" "!=" "<>" "<" "<=" ">" ">=" "~" "!~" eq ne lt le gt ge
list      = values between ( ), [ ] or { }, separated by commas or spaces
\`\`\`

\`#\` or \`--\` begins a comment, \`/* */\` holds one. Words are read in any letter case, fields in AWS's, SQL's or camel-case spelling.

## Rules

- **A missing value is no value.** It answers false to every test but \`is null\`, \`!=\` included; so \`not srcport = 22\`
  holds where there is no port, \`srcport != 22\` does not. \`not in\`, \`!<<\`, \`not between\` and \`not like\` are the negation of the whole test.
- **Either side.** \`ip\`, \`host\`, \`net\` and \`port\` ask both ends; \`not port 22\` and \`port != 22\` mean neither end.
- **Only records with traffic count** in sums; a filter that names \`log_status\` says itself which records it means.
- \`like\` takes \`*\` and \`%\` for any run of characters and \`?\` for one; \`glob\` takes \`*\` and \`?\` only.
- A regular expression is unanchored and in the syntax of RE2: no look-around, no back-references.
- Sizes: \`k M G T\` are powers of 1000, \`Ki Mi Gi\` of 1024. Rates: \`bps\` is bits, \`Bps\` and \`B/s\` bytes. A duration
  without a unit is seconds; nfdump means milliseconds.
- \`@name\` is a list of the caller's: \`weir find 'ip in @ioc' --set ioc=FILE\`, one value to a line.
- Flow logs hold ACK only together with SYN and never PSH or URG, so \`has ACK\` alone warns.

## Read as

Each line is what the parser itself makes of the text.

${examples.join('\n\n')}

## Fields

| field | values | also | meaning |
|---|---|---|---|
${columns.join('\n')}

Both ends at once: ${Object.entries(PAIRS)
    .map(([name, { columns, aliases }]) => `\`${[name, ...aliases].join('`, `')}\` (${columns.join(', ')})`)
    .join('; ')}.

TCP flags: ${TCP_FLAGS.map(({ name, bit }) => `${name} ${bit}`).join(', ')}.

## Measures

| measure | meaning |
|---|---|
${MEASURES.map(({ measure, meaning }) => `| \`${measure.name}\` | ${meaning} |`).join('\n')}

## Services

${SERVICE_NAMES.map((name) => `\`${name}\` ${(servicePorts(name) ?? []).join(' ')}`).join(' · ')}

## Mistakes

A filter that is not understood gives all that is wrong with it, each with the place in the text, what was expected and the
likeliest correction:

\`\`\`
${mistake('dstprot = 22 and action = ACEPT')}
\`\`\`
`;
}

const QUERIES: readonly (readonly [string, string])[] = [
  ['Top talkers', 'stats sum(bytes) as b by srcAddr, dstAddr | sort b desc | limit 15'],
  [
    'Rejects from outside',
    'filter action="REJECT" and not isIpv4InSubnet(srcAddr, "10.0.0.0/8") | stats count(*) as n by srcAddr, dstPort | sort n desc',
  ],
  ['Where records were lost', 'filter logStatus="SKIPDATA" | stats count(*) by bin(1h) as t | sort t'],
  ['A custom format', 'parse @message "* * *" as version, account, eni | stats count(*) by eni'],
  [
    'Who answered those that were refused elsewhere',
    'filter action = "ACCEPT" and srcAddr in (SOURCE "flows" | filter action = "REJECT" | fields srcAddr) | stats sum(bytes) as b by srcAddr, dstAddr | sort b desc',
  ],
  [
    'What each address sent and got',
    'stats sum(bytes) as sent by srcAddr | join type=left left=s right=g where s.srcAddr = g.dstAddr (SOURCE "flows" | stats sum(bytes) as got by dstAddr) | fields srcAddr, sent, g.got',
  ],
  [
    'This day against the same day last week',
    'SOURCE "flows" start=-1d end=now | stats sum(bytes) as b by dstPort | diff previousWeek | sort diff_b desc',
  ],
  ['A series without gaps', 'stats sum(bytes) as b by bin(1h) as t | fillmissing with 0 for b'],
];

/** The reference page of Logs Insights. */
export function insightsPage(): string {
  const functions = FUNCTIONS.filter((row) => !row.internal).map((row) => {
    const many = row.most > row.parameters.length ? ', …' : '';
    const given = row.parameters.slice(0, row.least).join(', ');
    const optional = row.parameters
      .slice(row.least)
      .map((kind) => `, [${kind}]`)
      .join('');
    const names = [row.name, ...row.aliases].join('`, `');
    return `| \`${names}\` | (${given}${optional}${many}) | ${row.result === 'first' ? 'as its arguments' : row.result} | ${row.meaning} |`;
  });
  return `<!-- Generated from src/query by npm run generate; edits here are lost. -->

# Logs Insights queries

\`weir insights 'QUERY'\` runs the query language of CloudWatch Logs Insights on flow logs. Queries from AWS's documentation
run unchanged; events are all records, NODATA and SKIPDATA included.

## Commands

| command | does |
|---|---|
${INSIGHTS_COMMANDS.map((row) => `| \`${escaped(row.syntax)}\` | ${row.meaning} |`).join('\n')}

Refused, each at its place with the reason:

| command | why, and what instead |
|---|---|
${[...REFUSED_INSIGHTS_COMMANDS].map(([name, reason]) => `| \`${name}\` | ${reason} |`).join('\n')}

## Fields

AWS discovers \`accountId interfaceId srcAddr dstAddr srcPort dstPort startTime endTime logStatus\` and so on in the default
format; fields of custom formats go by the same rule (\`tcpFlags\`, \`pktSrcAddr\`, \`flowDirection\`), and the SQL and the
hyphenated name (in backticks) are understood as well. \`@timestamp\` is the start of the record, \`@message\` the record in the
log format of the query's options (AWS's default unless given), \`@logStream\` the interface with \`-all\`, \`@log\` the account
and the log group. Any other name is missing in every event, which is what AWS does; a warning says so and names the likeliest
field.

## Rules where AWS's documentation is silent

- A comparison, \`in\`, \`like\` or \`=~\` of a missing field is false, its negation true.
- Numbers compare as numbers when both sides are numbers, else as text. Division by zero is missing.
- Precedence, tightest first: \`^\`, unary \`-\`, \`* / %\`, \`+ -\`, comparison, \`not\`, \`and\`, \`or\`.
- Sorting ascending puts text before numbers, runs of digits in text by their number; missing values come last; the groups of
  stats break ties.
- \`bin(300s)\` is 300 seconds here, with a warning, where AWS silently computes 60; the caller can ask for AWS's cap.
- \`by bin(1h) offset 1d\` shows each bucket one day later, so that the day before lies beside today.
- A list from another query, \`in (SOURCE … | fields f)\`, and the right side of a join may be as long as they like; a missing key
  equals nothing. Fields of a join are \`a.name\` and \`b.name\`; a name without alias means the left side first.
- \`appendcols\` puts rows side by side in the order of their sort, else in that of their groups, else the newest first; rows
  that only the other query has fall away.
- \`diff\` needs a start; without an end it means until now. Time buckets of the earlier period are moved onto those asked. A count
  or sum that one side lacks is 0, other values are missing. \`previousMonth\` is the same day of the month before, or its last.
- \`pattern\` reads words: \`<IP-n>\`, \`<Number-n>\`, \`<Timestamp-n>\` and \`<UUID-n>\` by their shape, \`<Token-n>\` any other word with
  a digit. The same text has the same pattern in every query. The severity comes from words such as error or warn.
- \`sessionize\` numbers sessions; an event without one of the keys has none. \`outlier\` interpolates its quartiles.
- \`SOURCE … start=… end=…\` takes \`now\`, \`-1d\`, Unix seconds or a time in quotes; the end is exclusive.
- \`estimate\` adds up the files of the tables that would be read in the range; less is read, since columns and row groups that do
  not matter are left out.
- Weeks begin on Monday, all buckets are in UTC, \`stddev\` and \`variance\` are those of the population.
- Regular expressions are those of RE2.

## Aggregates

| aggregate | gives |
|---|---|
${INSIGHTS_AGGREGATES.map(({ syntax, meaning }) => `| \`${syntax}\` | ${meaning} |`).join('\n')}

## Functions

| function | arguments | gives | meaning |
|---|---|---|---|
${functions.join('\n')}

## Examples

${QUERIES.map(([title, text]) => `${title}:\n\n\`\`\`\n${checked(text)}\n\`\`\``).join('\n\n')}
`;
}

function readAs(text: string): string {
  const { value, problems } = parseFilter(text, { nowSeconds: NOW, set: () => ['203.0.113.9'] });
  if (value === null) throw new Error(`${text}: ${problems[0]?.message}`);
  return printFilter(value);
}

function checked(text: string): string {
  const { problems } = parseInsights(text, {
    nowSeconds: NOW,
    time: { startSeconds: null, endSeconds: null },
  });
  if (problems[0] !== undefined) throw new Error(`${text}: ${problems[0].message}`);
  return text;
}

function mistake(text: string): string {
  return parseFilter(text)
    .problems.map((found) => formatProblem(found, text))
    .join('\n\n');
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|');
}
