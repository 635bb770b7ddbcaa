import { columnBySpelling } from '../columns.ts';
import { parseFilter } from '../filter/parse.ts';
import { type Expression, test } from '../plan/expression.ts';
import { isKnownWord } from './spelling.ts';
import { own, type Word } from './words.ts';

/** A condition that a name stands for, and the words it took. */
export interface NamedCondition {
  readonly kind: 'condition';
  readonly condition: Expression;
  readonly length: number;
}

const IDS: readonly (readonly [RegExp, string])[] = [
  [/^eni-[0-9a-z-]+$/, 'interface_id'],
  [/^i-[0-9a-z]+$/, 'instance_id'],
  [/^vpc-[0-9a-z]+$/, 'vpc_id'],
  [/^subnet-[0-9a-z]+$/, 'subnet_id'],
  [/^nat-[0-9a-z]+$/, 'resource_id'],
  [/^tgw-attach-[0-9a-z]+$/, 'tgw_attachment_id'],
  [/^tgw-[0-9a-z]+$/, 'tgw_id'],
  [/^\d{12}$/, 'account_id'],
  [
    /^(?:us|eu|ap|sa|ca|me|af|il|mx|cn)-(?:gov-)?(?:north|south|east|west|central|northeast|southeast|northwest|southwest)-\d$/,
    'region',
  ],
  [/^[a-z]{3,4}\d-az\d$/, 'az_id'],
];

/** An AWS id, an account number, a region or a zone id as a condition; null for other words. */
export function readId(word: Word): NamedCondition | null {
  const found = IDS.find(([pattern]) => pattern.test(word.lower));
  if (found === undefined) return null;
  return { kind: 'condition', condition: equals(found[1], word.lower), length: 1 };
}

function equals(column: string, value: string | number): Expression {
  return test(column, { kind: 'compare', operator: '=', value });
}

const NAMED: readonly (readonly [RegExp, string])[] = [
  [/^ecs service$/, 'ecs_service_name'],
  [/^ecs cluster$/, 'ecs_cluster_name'],
  [/^ecs task$/, 'ecs_task_id'],
  [/^instance tag$/, 'instance_tag'],
];

/** `ecs service checkout`, `ecs cluster "prod"`, `traffic path 8`: a noun and the name after it; undefined for other words. */
export function readNamed(words: readonly Word[], at: number): NamedCondition | undefined {
  const two = `${words[at]?.lower ?? ''} ${words[at + 1]?.lower ?? ''}`;
  const path = words[at + (two === 'traffic path' ? 2 : 1)]?.lower ?? '';
  const isPath = (two === 'traffic path' || words[at]?.lower === 'path') && /^[1-8]$/.test(path);
  if (isPath)
    return {
      kind: 'condition',
      condition: equals('traffic_path', Number(path)),
      length: two === 'traffic path' ? 3 : 2,
    };
  const column = NAMED.find(([pattern]) => pattern.test(two))?.[1];
  if (column === undefined) return undefined;
  const skip = ['named', 'called', '='].includes(words[at + 2]?.lower ?? '') ? 1 : 0;
  const name = words[at + 2 + skip];
  const isName =
    name !== undefined &&
    (name.isQuoted === true || skip > 0 || (/^[\w-]+$/.test(name.text) && !isKnownWord(name.lower)));
  if (!isName) return undefined;
  return { kind: 'condition', condition: equals(column, name.text), length: 3 + skip };
}

const OPERATOR_WORDS: Readonly<Record<string, string>> = { is: '=', equals: '=', '==': '=', equal: '=' };

/** Spellings of columns that are ordinary words of questions. */
const ORDINARY = new Set(
  'source destination time status service type path scope remote family version start end interface instance account region subnet vpc eni az direction protocol proto action verdict flags bytes packets pkts duration octets svc dir ident addr address bps pps host'.split(
    ' ',
  ),
);

/**
 * A field in its own spelling: with a value it is a condition (`dstport 443`, `action = REJECT`, `srcAddr:10.0.0.5`), alone
 * the name of a column to group by. Null when no field stands there.
 */
export function readField(
  words: readonly Word[],
  at: number,
): NamedCondition | { readonly kind: 'column'; readonly name: string; readonly length: number } | null {
  const word = words[at];
  const found = columnBySpelling(word?.lower ?? '');
  if (word === undefined || found === undefined) return null;
  const next = words[at + 1]?.lower ?? '';
  const sign = /^[<>!=]=?$/.test(next) ? next : (own(OPERATOR_WORDS, next) ?? null);
  const isOrdinary = ORDINARY.has(word.lower);
  const isSign = sign !== null && !(isOrdinary && !/^[=!]/.test(next));
  const valueAt = at + (isSign ? 2 : 1);
  const value = words[valueAt];
  const isValue =
    value !== undefined &&
    (isSign || (!isOrdinary && (/\d/.test(value.lower) || isWordOf(found.words, value.lower))));
  if (isValue) {
    const text = /^[\w.:/-]+$/.test(value.text) ? value.text : null;
    const quoted = text === null ? null : found.kind === 'text' ? `'${text}'` : text;
    const parsed =
      quoted === null ? null : parseFilter(`${found.name} ${sign ?? '='} ${quoted}`, { nowSeconds: 0 });
    if (parsed !== null && parsed.value !== null)
      return { kind: 'condition', condition: withoutSpans(parsed.value), length: valueAt + 1 - at };
    if (isSign) return null;
  }
  if (isOrdinary || isSign || ['bytes', 'count', 'time', 'bits-per-second', 'seconds'].includes(found.kind))
    return null;
  return { kind: 'column', name: found.name, length: 1 };
}

function isWordOf(words: readonly string[], lower: string): boolean {
  return words.some((each) => each.toLowerCase() === lower);
}

/** The places are those of the piece that was parsed, not of the question. */
function withoutSpans(condition: Expression): Expression {
  if (condition.kind === 'test')
    return test(condition.value.kind === 'column' ? condition.value.name : condition.value, condition.test);
  if (condition.kind === 'not') return { kind: 'not', term: withoutSpans(condition.term) };
  return condition;
}
