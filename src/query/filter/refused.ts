import { ParseStop, problem, type Span } from '../problem.ts';
import type { Scanner } from './scanner.ts';

/** Forms of other languages that this one has no meaning for: what follows a word, and what to do instead. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [
    /^\s*\((?!\s*\))/,
    'functions of values are not part of the filter language; ask the value itself, or use SQL',
  ],
  [/^\*/, 'one field at a time: names hold no wildcards'],
  [/^\s*:\s*\{[^}]*:/, 'fields do not nest; write "a: 1 and b: 2"'],
  [/^\[/, 'bytes of packets are not kept; flags are asked as "flags has SYN"'],
  [/^\s*&(?!&)/, 'bits are asked as "flags has SYN", "flags has any SYN, RST" or "flags lacks ACK"'],
  [/^\s*[+*%](?=\s*[\w(])/, 'there is no arithmetic in filters; duration, bps, pps and bpp are fields'],
];

/** Stops the parse at a word that is used in a form of another language. `port (22 80)` and `in (…)` are ours. */
export function assertKnownForm({ text }: Scanner, word: string, span: Span): void {
  const rest = text.slice(span.end, span.end + 200);
  for (const [form, reason] of FORMS) {
    const found = form.exec(rest);
    if (found === null) continue;
    const isList = found[0].trimStart().startsWith('(');
    if (isList && !CALLS.has(word.toLowerCase())) continue;
    throw new ParseStop(
      problem('query.limit', { start: span.start, end: span.end + found[0].trimEnd().length }, { reason }),
    );
  }
}

const CALLS: ReadonlySet<string> = new Set(
  'upper lower len count string vals dec hex float double min max abs ip_special_name ip_special_mask ip_linklocal ip_multicast ip_rfc1918 ip_ula'.split(
    ' ',
  ),
);

/** `xor` and `^^` between conditions: understood, and refused with what says the same. */
export function unknownConnective(text: string, start: number): ParseStop | undefined {
  const found = /^(?:xor\b|\^\^)/i.exec(text.slice(start))?.[0];
  if (found === undefined) return undefined;
  const reason = `"${found}" is not part of the filter language; write "(a and not b) or (b and not a)"`;
  return new ParseStop(problem('query.limit', { start, end: start + found.length }, { reason }));
}
