import { columnBySpelling } from '../columns.ts';
import { servicePorts } from '../words/services.ts';
import { CONDITIONS } from './lexicon/conditions.ts';
import { COURTESY, DRAWN_OUT } from './lexicon/courtesy.ts';
import { INTENTS } from './lexicon/roles.ts';
import { monthOf, SHORT_UNITS, unitOf } from './time/calendar.ts';
import { own, phraseTable, type Word } from './words.ts';

/**
 * What people write in other words, told once: each phrase on the left is read as the words on the right, at the place of
 * the phrase. Nothing here changes a meaning.
 */
const PLAINER = phraseTable<string>([
  ["what's, whats, wats, wat is, whatre, what're", 'what is'],
  ["who's, whos, who're", 'who is'],
  ["where's, wheres", 'where is'],
  ["when's, whens", 'when is'],
  ["how's, hows", 'how is'],
  ["didn't, didnt", 'did not'],
  ["doesn't, doesnt", 'does not'],
  ["don't, dont", 'do not'],
  ["isn't, isnt", 'is not'],
  ["aren't, arent", 'are not'],
  ["wasn't, wasnt", 'was not'],
  ["weren't, werent", 'were not'],
  ["hasn't, hasnt", 'has not'],
  ["haven't, havent", 'have not'],
  ["can't, cant, can not, couldn't, could not, unable to, not able to", 'cannot'],
  ["i'd, i'll, i'm, im, we're, we've, they're, let's, lets, it's", 'i'],
  ['w/', 'with'],
  ['w/o', 'without'],
  ['wrt', 'about'],
  ['n top', 'top'],
  ['nor', 'or'],
  // What shrank most is not ranked here; "drop" would be a verdict.
  [
    'biggest drop, biggest drop in, largest drop, largest drop in, greatest drop, biggest decrease, biggest decrease in, largest decrease, largest decrease in, greatest decrease, biggest decline, biggest decline in, largest decline, steepest decline, steepest drop, steepest drop in',
    'decline',
  ],
  ['log in, logged in, log into, logged into, logging in, logging into, sign in, signed in', 'logins'],
  ['port scans, port scan, syn scans, syn scan, port scanning, port sweeps, port sweep', 'port-scanning'],
  ['allowed in from, permitted in from, accepted in from, let in from', 'accepted inbound from'],
  ['blocked in from, denied in from, rejected in from, dropped in from', 'rejected inbound from'],
  // Who grew is a condition, which a comparison does not make.
  [
    'an increase in, a rise in, a growth in, a drop in, a decrease in, a decline in, any increase in, any growth in, any drop in',
    'increase',
  ],
  [
    'in vs out, in versus out, in vs. out, in compared with out, in compared to out, in relative to out',
    'ingress vs egress',
  ],
  ['first quarter of, 1st quarter of, first quarter, 1st quarter', 'q1'],
  ['second quarter of, 2nd quarter of, second quarter, 2nd quarter', 'q2'],
  ['third quarter of, 3rd quarter of, third quarter, 3rd quarter', 'q3'],
  ['fourth quarter of, 4th quarter of, fourth quarter, 4th quarter, final quarter of', 'q4'],
  [
    'in the period from, in the period, over the period from, over the period, for the period from, for the period, during the period from, during the period, within the period, in the window from, in the window, in the interval from, in the interval, for the dates, for the date range, in the date range, in the time range, in the time window, over the window',
    'from',
  ],
  [
    'in the period between, over the period between, for the period between, during the period between, in the window between, in the interval between',
    'between',
  ],
  ['responsible for, accountable for, accounting for, that account for, contributing to', 'with'],
  [
    'from which ip, from which ips, from which ip address, from which ip addresses, from which address, from which addresses, from which host, from which hosts, from which machine, from which machines, from what ip, from what ips, from what address, from what addresses, from what host, from what hosts',
    'which sources',
  ],
  [
    'to which ip, to which ips, to which ip address, to which ip addresses, to which address, to which addresses, to which host, to which hosts, to which machine, to which machines, to what ip, to what ips, to what address, to what addresses, to what host, to what hosts',
    'which destinations',
  ],
  ['from which, from what, to which, to what', 'which'],
  ['most recent, most-recent', 'latest'],
  [
    'every port but, every port except, every port other than, all ports but, all ports except, all ports other than, any port but, any port except, any port other than, every port apart from, all ports apart from, any port apart from',
    'not port',
  ],
  ['went up the most, go up the most, going up the most, gone up the most, went up most', 'grew the most'],
  [
    'go up, goes up, went up, gone up, going up, go down, goes down, went down, gone down, going down, went higher, gone higher',
    'increase',
  ],
  [
    'been in contact with, was in contact with, were in contact with, is in contact with, are in contact with, in contact with, been in touch with, was in touch with, were in touch with, in touch with, had contact with, made contact with, been in communication with, in communication with',
    'contacted',
  ],
  ['by growth in, by growth of, by growth, by increase in, by rise in, ranked by growth in', 'grew the most'],
  ['the day of yesterday, day of yesterday', 'yesterday'],
  ['the day of today, day of today', 'today'],
  [
    'passed by, passed through, pass through, passing through, passes through, went through, gone through, goes through, flowed through, flows through, travelled through, traveled through, ran through, runs through, routed through, routed via, transited through, carried through',
    'through',
  ],
  [
    'account for most of, accounts for most of, accounted for most of, make up most of, makes up most of',
    'with most',
  ],
  ['is connected with, are connected with, was connected with, were connected with', 'talked with'],
  [
    'exchanged between, flowing between, going between, travelling between, traveling between, passing between, shared between, passed between, sent between',
    'between',
  ],
  ['the more used, more used', 'most used'],
  ['the more active, more active', 'most active'],
  ['the more busy, more busy', 'busiest'],
  [
    'traffic drop, did traffic fall, has traffic dropped, have connections dropped, did connections drop, did bytes drop, did volume drop, did throughput drop, did bandwidth drop, did egress drop, did ingress drop',
    'decline',
  ],
  [
    'the date on which, date on which, the day on which, the date when, the day when, at what time, on what date, on which date, at which time, the time at which, the moment at which, what date, which date',
    'when',
  ],
  ['first half of the year, 1st half of the year', 'h1'],
  ['second half of the year, 2nd half of the year', 'h2'],
  ['first half of, 1st half of', 'h1'],
  ['second half of, 2nd half of', 'h2'],
  ['from where, where from, whence', 'which sources'],
  ['to where, where to', 'which destinations'],
  ['each other, one another', 'each-other'],
  ['day by day', 'per day'],
  ['hour by hour', 'per hour'],
  ['minute by minute', 'per minute'],
  ['week by week', 'per week'],
  [
    'source network, source networks, destination network, destination networks, source netblock, source netblocks, source block, source blocks, source prefix, source prefixes, destination prefix, destination prefixes, source subnet, source subnets, destination subnet, destination subnets, source cidr, source cidrs',
    'netblocks',
  ],
  ['neither tcp', 'not tcp'],
  ['neither udp', 'not udp'],
  ['neither icmp', 'not icmp'],
  [
    'hosts on the internet, machines on the internet, addresses on the internet, ips on the internet, systems on the internet, servers on the internet, clients on the internet, sources on the internet, hosts outside our network, machines outside our network, addresses outside our network, hosts outside the network, addresses outside the network, ips outside our network, anything on the internet, somewhere on the internet, anywhere on the internet',
    'external hosts',
  ],
  ['in descending order, descending order, descending, desc, high to low, from high to low', 'largest first'],
  ['in ascending order, ascending order, ascending, asc, low to high, from low to high', 'smallest first'],
  ['latest first, newest first, most recent first, in reverse order', 'latest'],
  ['oldest first, earliest first, in chronological order, chronologically', 'first 100'],
  ['most times, the most times, most often, most frequently, most frequent, more often', 'most by flows'],
  [
    'change in, changes in, change of, changes of, difference in, differences in, delta in, delta of, variation in, variation of, growth in, growth of, increase in, increases in, rise in, decrease in, drop in, decline in',
    'compare',
  ],
  [
    'and how that compares with, and how that compares to, and how it compares with, and how it compares to, how does that compare with, how does that compare to, how does it compare with, how does it compare to, how that compares with, how that compares to, how they compare with, how they compare to, compares with, compares to, comparing with, comparing to, comparing against, stacks up against, set against, measured against, as against, in contrast with, and compare it with, and compare it to, and compare that with, and compare with, and compare to',
    'compared with',
  ],
  [
    'anyone outside, anybody outside, anything outside, someone outside, somebody outside, something outside, anyone external, anybody external, anything external, someone external, somebody external, anyone on the internet, anybody on the internet, anything on the internet, someone on the internet, somebody on the internet, outsiders',
    'anyone from outside',
  ],
  ['btw, in between', 'between'],
  ['y/day, yday, yest, ystd', 'yesterday'],
  ['tday, 2day', 'today'],
  ['avg', 'average'],
  ['num of, nr of, no. of, no of, qty of, quantity of, quantities of, tally of, # of, #', 'number of'],
  ['excl, excl.', 'excluding'],
  ['incl, incl.', 'including'],
  ["ssh'd, ssh'ed, sshed, sshing, ssh-ing", 'connected over ssh'],
  ["rdp'd, rdp'ed, rdped, rdping", 'connected over rdp'],
  ["telnetted, telnet'd", 'connected over telnet'],
  ['pinged, pinging', 'connected over icmp'],
  [
    'eating up, eating, eats, ate, chewing up, chewing through, chewing, hogging, hogs, hogged, consuming, consumes, consumed, burning, burning through, sucking up, using up, saturating, saturated, clogging, gobbling, gobbling up, maxing out, guzzling, taking up, swallowing',
    'using most',
  ],
  [
    'hammering, hammered, hammers, pounding, bombarding, flooding, flooded, spamming, knocking on, poking at, poking, banging on, knocking at',
    'hitting',
  ],
  ['coming in from, incoming from, inbound from', 'inbound from'],
  ['inter-az, interaz, cross az', 'cross-az'],
  ['wow, w/w, week over week, week on week, week-over-week, week-on-week', 'compared with previous week'],
  ['dod, d/d, day over day, day on day, day-over-day, day-on-day', 'compared with previous day'],
  [
    'mom, m/m, month over month, month on month, month-over-month, month-on-month',
    'compared with previous month',
  ],
  ['qoq, quarter over quarter, quarter on quarter', 'compared with previous quarter'],
  ['yoy, y/y, year over year, year on year, year-over-year, year-on-year', 'compared with previous year'],
  ['hour over hour, hour on hour, hour-over-hour', 'compared with previous hour'],
  ['this time yesterday', 'same time yesterday'],
  ['this time last week', 'same time last week'],
  ['in both directions, both directions, both ways, in either direction, either direction', 'exactly'],
  ['good morning, good afternoon, good evening, good day, dear all, hi all, hi team, hey team', 'hello'],
  ['node exporter', 'node-exporter'],
  ['sql server, ms sql', 'mssql'],
  ['remote desktop', 'rdp'],
  ['secure shell', 'ssh'],
  ['elastic search', 'elasticsearch'],
  ['open search', 'opensearch'],
  ['name resolution', 'dns'],
  ['number of bytes', 'bytes'],
  ['number of packets', 'packets'],
  ['number of flows, number of records', 'flow count'],
  ['number of rejects, number of rejections, number of denials', 'rejects'],
  ['sec groups, security group', 'security groups'],
]);

/** The words of a question in plainer ones, and words joined by signs apart: `flows/min`, `tcp/443`, `10.0.0.1:443`. */
export function plainer(words: readonly Word[]): readonly Word[] {
  const apart = withoutCourtesy(words.flatMap(apartOf));
  const plain: Word[] = [];
  for (let at = 0; at < apart.length; ) {
    const word = apart[at];
    if (word === undefined) break;
    const found = PLAINER.find(apart, at);
    const before = plain.at(-1)?.lower ?? '';
    const isNot =
      word.lower === '!=' && /^\d/.test(apart[at + 1]?.lower ?? '') && columnBySpelling(before) === undefined;
    if (isNot) {
      plain.push({ ...word, lower: 'not' });
      at++;
      continue;
    }
    if (
      found === undefined ||
      isRankedChange(found.value, apart, at) ||
      isOutsideOf(found.value, apart, at, found.length)
    ) {
      plain.push(word);
      at++;
      continue;
    }
    const last = apart[at + found.length - 1] ?? word;
    const names = found.value.split(' ');
    const phrase = apart.slice(at, at + found.length);
    const text = phrase.map((each) => each.text).join(' ');
    for (const [i, lower] of names.entries()) {
      const isLast = i === names.length - 1 && last.comma === true;
      plain.push({
        text,
        lower,
        start: word.start,
        end: last.end,
        ...(isLast ? { comma: true } : {}),
      });
    }
    at += found.length;
  }
  return withoutSince(plain);
}

/** The words without phrases that only ask kindly, and a time without what draws it out. */
function withoutCourtesy(words: readonly Word[]): readonly Word[] {
  const kept: Word[] = [];
  for (let at = 0; at < words.length; ) {
    const word = words[at];
    if (word === undefined) break;
    const drawn = DRAWN_OUT.find(words, at);
    const length = COURTESY.find(words, at)?.length ?? drawn?.length ?? 0;
    if (drawn !== undefined)
      kept.push({ ...word, lower: drawn.value, end: words[at + length - 1]?.end ?? word.end });
    else if (length === 0) kept.push(word);
    at += Math.max(1, length);
  }
  return kept.length === 0 ? words : kept;
}

/** "The biggest increase in egress" ranks by growth, which is a phrase of its own. */
function isRankedChange(value: string, words: readonly Word[], at: number): boolean {
  const rank = INTENTS.find(words, at - 1)?.value;
  return value === 'compare' && (rank === 'most' || rank === 'growth');
}

/** "Change in egress since last week" compares with last week. */
function withoutSince(words: readonly Word[]): readonly Word[] {
  const change = words.findIndex(({ lower }) => lower === 'compare' || lower === 'change');
  return words.flatMap((word, at) => {
    const next = words[at + 1]?.lower === 'the' ? words[at + 2] : words[at + 1];
    const isThen = ['last', 'previous', 'yesterday'].includes(next?.lower ?? '');
    if (change === -1 || at < change || word.lower !== 'since' || !isThen) return [word];
    return pieces(word, ['compared', 'with']);
  });
}

/** "Anyone outside 10.0.0.0/8" leaves a block out, and "to anything outside" is where it goes. */
function isOutsideOf(value: string, words: readonly Word[], at: number, length: number): boolean {
  if (!value.endsWith('from outside')) return false;
  const before = words[at - 1]?.lower ?? '';
  const next = words[at + length]?.lower ?? '';
  return ['to', 'with', 'towards', 'from', 'by'].includes(before) || /\d|^(?:of|our|the|my)$/.test(next);
}

function apartOf(word: Word): readonly Word[] {
  const { lower } = word;
  if (word.isQuoted === true || lower.length > 100) return [word];
  const joined = /^([a-z0-9_.-]+)\/([a-z0-9_.-]+)$/.exec(lower);
  if (joined !== null) return slashed(word, joined[1] ?? '', joined[2] ?? '');
  const ported =
    /^(\d+\.\d+\.\d+\.\d+)[:#](\d{1,5})$/.exec(lower) ??
    /^\[([0-9a-f:.]+)\]:(\d{1,5})$/.exec(lower) ??
    /^([0-9a-f:]+)\]:(\d{1,5})$/.exec(lower);
  if (ported !== null) return pieces(word, [ported[1] ?? '', 'itsport', ported[2] ?? '']);
  const loose = /^:(\d{1,5})$/.exec(lower);
  if (loose !== null) return pieces(word, ['port', loose[1] ?? '']);
  const glued = /^(?:port|p)[:#]?(\d{1,5})$/.exec(lower);
  if (glued !== null && lower.startsWith('port')) return pieces(word, ['port', glued[1] ?? '']);
  const end = /^(src|source|dst|dest|destination|port|host|ip)[:=]([\d.:a-f/]+)$/.exec(lower);
  if (end !== null && columnBySpelling(end[1] ?? '') === undefined)
    return pieces(word, [own(ENDS, end[1] ?? '') ?? end[1] ?? '', end[2] ?? '']);
  const field = /^([a-z][a-z_.-]*):([^:]+)$/.exec(lower);
  if (field !== null && columnBySpelling(field[1] ?? '') !== undefined)
    return pieces(word, [field[1] ?? '', '=', word.text.slice((field[1] ?? '').length + 1)]);
  const dated = /^(\d{1,2})-([a-z]{3,9})(?:-(\d{4}))?$/.exec(lower);
  if (dated !== null && monthOf(dated[2] ?? '') > 0)
    return pieces(word, [dated[1] ?? '', dated[2] ?? '', ...(dated[3] === undefined ? [] : [dated[3]])]);
  const ranked = /^(top|bottom)[-_]?(\d{1,4})$/.exec(lower);
  if (ranked !== null) return pieces(word, [ranked[1] ?? '', ranked[2] ?? '']);
  const least = /^(\d[\d.]*(?:[kmgt]i?b?)?)\+$/.exec(lower);
  if (least !== null) return pieces(word, ['>=', least[1] ?? '']);
  const negated = /^non-([a-z0-9]+)$/.exec(lower);
  if (negated !== null && CONDITIONS.find([word], 0) === undefined)
    return pieces(word, ['not', negated[1] ?? '']);
  const only = /^(syn|fin|rst|ack)-only$/.exec(lower);
  if (only !== null) return pieces(word, [only[1] ?? '', 'only']);
  const protocol = /^(tcp|udp)[:-](\d{1,5})$/.exec(lower);
  if (protocol !== null) return pieces(word, [protocol[1] ?? '', 'port', protocol[2] ?? '']);
  return [word];
}

const ENDS: Readonly<Record<string, string>> = { src: 'source', dst: 'destination', dest: 'destination' };

function slashed(word: Word, left: string, right: string): readonly Word[] {
  const isProtocol = (text: string): boolean => ['tcp', 'udp', 'sctp'].includes(text);
  const isPort = (text: string): boolean => /^\d{1,5}$/.test(text);
  if (isProtocol(left) && isPort(right)) return pieces(word, [left, 'port', right]);
  if (isPort(left) && isProtocol(right)) return pieces(word, [right, 'port', left]);
  const unit = own(SHORT_UNITS, right) ?? right;
  if (/^[a-z]+$/.test(left) && unitOf({ ...word, lower: unit }) !== null)
    return pieces(word, [left, 'per', unit]);
  if (/^(?:flow|connection|record|session)$/.test(right)) return pieces(word, [left, 'per', right]);
  if (servicePorts(left) !== undefined && servicePorts(right) !== undefined)
    return pieces(word, [left, 'or', right]);
  if (isProtocol(left) && isProtocol(right)) return pieces(word, [left, 'or', right]);
  if (left === 'and' && right === 'or') return pieces(word, ['or']);
  const isVerdicts =
    /^(?:acc|accept|accepted|allow|allowed)$/.test(left) &&
    /^(?:rej|reject|rejected|deny|denied)$/.test(right);
  if (isVerdicts) return pieces(word, ['accepted', 'vs', 'rejected']);
  const both = ['src', 'source', 'in', 'ingress', 'inbound', 'accepts'];
  const others = ['dst', 'dest', 'destination', 'out', 'egress', 'outbound', 'rejects'];
  if (both.includes(left) && others.includes(right)) return pieces(word, [left, 'and', right]);
  return [word];
}

/** Words read from the letters of one; each has the place of the whole. */
function pieces(word: Word, lowers: readonly string[]): readonly Word[] {
  return lowers.map((text, i) => {
    const { start, end } = word;
    const isLast = i === lowers.length - 1 && word.comma === true;
    return { text, lower: text.toLowerCase(), start, end, ...(isLast ? { comma: true } : {}) };
  });
}
