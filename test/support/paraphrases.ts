/**
 * A way to ask the same in other words that knows nothing of the grammar: a rewriting of text, applied wherever it fits.
 * It gives the question back unchanged where it does not.
 */
export interface ParaphraseRule {
  readonly name: string;
  readonly rewrite: (question: string) => string;
}

/** Replaces whole words, letter case aside. */
function words(from: string, to: string): (question: string) => string {
  const pattern = new RegExp(`(?<![\\w./:-])(?:${from})(?![\\w./:-]|"\\w)`, 'gi');
  return (question) => question.replace(pattern, to);
}

const rule = (name: string, rewrite: (question: string) => string): ParaphraseRule => ({ name, rewrite });
const synonym = (from: string, to: string): ParaphraseRule => rule(`"${to}" for "${from}"`, words(from, to));

const NUMBERS = 'one two three four five six seven eight nine ten eleven twelve'.split(' ');
const UNIT = '(?:minute|hour|day|week|month)s?';
/** The word before the noun that a question ends with and groups by. */
const GROUPED =
  /\b(?<!\w by )by (?=(?:subnet|vpc|account|region|protocol|instance|interface|action|direction)s?$)/i;
/** A time at the end of a question, which may as well stand at its beginning. */
const LAST_TIME =
  /^(.*\S)\s+(yesterday|today|this (?:week|month|year)|last (?:week|month|quarter|night)|(?:in|over|during) (?:the )?(?:last|past) \d+ \w+|last \d+\w*(?: \w+)?|since monday)$/i;

/** The rules, each with what it changes in its name. */
export const PARAPHRASES: readonly ParaphraseRule[] = [
  // case, signs, spaces
  rule('in capitals', (q) => q.toUpperCase()),
  rule('in small letters', (q) => q.toLowerCase()),
  rule('With Capitals', (q) => q.replace(/(?<=^| )[a-z]/g, (letter) => letter.toUpperCase())),
  rule('with a question mark', (q) => `${q.replace(/[?.]$/, '')}?`),
  rule('with a full stop', (q) => `${q.replace(/[?.]$/, '')}.`),
  rule('with marks of surprise', (q) => `${q.replace(/[?.]$/, '')}!!`),
  rule('spaced out', (q) => `  ${q.replaceAll(' ', '   ')}  `),
  // politeness and filler
  rule('please', (q) => `please ${q}`),
  rule('please at the end', (q) => `${q.replace(/[?.]$/, '')}, please`),
  rule('with thanks', (q) => `${q}, thanks`),
  rule('with a greeting', (q) => `hi, ${q}`),
  rule('could you tell me', (q) => `could you tell me ${q}`),
  rule('I would like to know', (q) => `I would like to know ${q}`),
  rule('just curious', (q) => `just curious, ${q}`),
  rule('actually', (q) => `actually, ${q}`),
  rule('for me', (q) => `${q.replace(/[?.]$/, '')} for me`),
  // contractions
  rule("what's", words('what is', "what's")),
  rule('whats', words('what is', 'whats')),
  rule("who's", words('who is', "who's")),
  // numerals and units
  rule('small numbers in words', (q) =>
    q.replace(
      new RegExp(`(?<=\\b(?:top|last|past|every|the)\\s)(\\d{1,2})(?=\\s)`, 'gi'),
      (digits) => NUMBERS[Number(digits) - 1] ?? digits,
    ),
  ),
  rule('gigabytes', (q) => q.replace(/(\d) ?GB\b/gi, '$1 gigabytes')),
  rule('5GB together', (q) => q.replace(/(\d) (GB|MB|TB|KB)\b/gi, '$1$2')),
  rule('mins and hrs', (q) => q.replace(/\bminutes\b/gi, 'mins').replace(/\bhours\b/gi, 'hrs')),
  rule('24h', (q) => q.replace(/\b(last|past) (\d+) (h|m|d)(?:ours|inutes|ays)\b/gi, '$1 $2$3')),
  rule('24 hours', (q) => q.replace(/\b(last|past) (\d+)h\b/gi, '$1 $2 hours')),
  // time
  rule('past for last', (q) => q.replace(new RegExp(`\\blast (?=\\d+ ?${UNIT})`, 'gi'), 'past ')),
  rule('over the past', (q) => q.replace(/\bin the (?:last|past) (?=\d)/gi, 'over the past ')),
  rule('within the last', (q) => q.replace(/\b(?:in|over) the (?:last|past) (?=\d)/gi, 'within the last ')),
  rule('during the last', (q) => q.replace(/\b(?:in|over) the (?:last|past) (?=\d)/gi, 'during the last ')),
  rule('the current week', (q) => q.replace(/\bthis (?=week|month|year|quarter)/gi, 'the current ')),
  rule('short months', (q) => q.replace(/\b(jan|feb|oct|nov|dec)(?:uary|ruary|ober|ember)\b/gi, '$1')),
  rule('the time first', (q) =>
    // What a comparison or a preposition needs stays where it is.
    /\b(?:compare|compared|vs|versus|since|so far|over the|in the)\b/i.test(q) &&
    !/ (?:in|over) the \w+ \d+ \w+[?.]?$/i.test(q)
      ? q
      : q.replace(/[?.]$/, '').replace(LAST_TIME, '$2, $1'),
  ),
  // synonyms
  synonym('rejected', 'denied'),
  synonym('rejected', 'blocked'),
  synonym('rejected', 'dropped'),
  synonym('rejected', 'refused'),
  synonym('rejected', 'not permitted'),
  synonym('accepted', 'let through'),
  synonym('hosts', 'machines'),
  synonym('hosts', 'endpoints'),
  rule('broken down by', (q) => q.replace(GROUPED, 'broken down by ')),
  rule('for each', (q) => q.replace(GROUPED, 'for each ')),
  rule('the top', (q) => q.replace(/(?<!the )\btop (?=\d)/i, 'the top ')),
  synonym('at least', 'no fewer than'),
  synonym('talked', 'spoke'),
  synonym('connected to', 'reached'),
  synonym('contacted', 'reached'),
  synonym('how much traffic', 'what volume of traffic'),
  synonym('how many', 'what is the number of'),
  synonym('accepted', 'allowed'),
  synonym('accepted', 'permitted'),
  synonym('sources', 'source addresses'),
  synonym('sources', 'src ips'),
  synonym('destinations', 'destination ips'),
  synonym('destinations', 'dst addresses'),
  synonym('connections', 'sessions'),
  synonym('flows', 'flow records'),
  synonym('traffic', 'data'),
  synonym('by bytes', 'by volume'),
  synonym('interfaces', 'enis'),
  synonym('instances', 'ec2 instances'),
  synonym('outbound', 'outgoing'),
  synonym('inbound', 'incoming'),
  synonym('from the internet', 'from outside'),
  synonym('to the internet', 'to the outside'),
  synonym('biggest|largest|busiest', 'heaviest'),
  synonym('show me|show|list|find', 'display'),
  synonym('(?<!no )more than', 'over'),
  synonym('(?<!no )more than', 'greater than'),
  synonym('(?<!no )more than', 'exceeding'),
  synonym('at least', 'no less than'),
  synonym('compared (?:with|to)|versus', 'vs'),
  synonym('vs|versus', 'compared with'),
  synonym('compared (?:with|to)|versus|vs', 'relative to'),
  synonym('did anything', 'did anyone'),
  synonym('except|excluding', 'other than'),
  synonym('per hour', 'hourly'),
  synonym('per day', 'by day'),
  rule('each hour', (q) => q.replace(/\bper (?=hour|day|minute|week)/gi, 'each ')),
  synonym('distinct', 'unique'),
  synonym('talked', 'communicated'),
  synonym('talking', 'communicating'),
  // slips of the pen, one to a question
  rule('a letter doubled', (q) =>
    q.replace(/\b(destinat|sourc|connec|reject|interf|traff)/i, (w) => `${w}${w.at(-1)}`),
  ),
  rule('two letters swapped', (q) =>
    q.replace(/\b(rejected|traffic|yesterday|destinations|connections|interfaces|instances)\b/i, (w) => {
      return `${w.slice(0, 3)}${w[4] ?? ''}${w[3] ?? ''}${w.slice(5)}`;
    }),
  ),
  rule('a letter left out', (q) =>
    q.replace(/\b(rejected|traffic|yesterday|destinations|connections|interfaces|instances)\b/i, (w) => {
      return `${w.slice(0, 4)}${w.slice(5)}`;
    }),
  ),
];
