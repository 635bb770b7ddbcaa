import { headerOf } from '../layout/header.ts';
import type { SampleLine } from '../layout/sample.ts';
import type { Damage } from './damage.ts';
import { JsonRecords } from './json-records.ts';
import { csvRule, exportRule, isExportLine, isTimedCsvLine, messageColumnOf } from './line-rules.ts';
import { LineUnwrapper } from './line-unwrapper.ts';
import { separatedRule, separatorOf } from './separated.ts';
import type { Unwrapper } from './unwrapper.ts';

/** Sample lines that are looked at for wrapping. */
const LOOK_AT = 50;

/**
 * Tells by its first lines how the records of some text are wrapped. Null for bare records, which then pass untouched.
 * A single wrapped line is enough: every unwrapper passes bare lines as they are.
 */
export function unwrapperFor(lines: readonly SampleLine[], damage: Damage): Unwrapper | null {
  const first = lines[0];
  if (first === undefined || headerOf(first.tokens) !== null) return null;
  const messageColumn = messageColumnOf(first.text);
  if (messageColumn !== null) return new LineUnwrapper(csvRule(messageColumn));
  const separator = isJsonStart(first.text) ? null : separatorOf(first.text);
  if (separator !== null) return new LineUnwrapper(separatedRule(separator));
  for (const { text } of lines.slice(0, LOOK_AT)) {
    if (isJsonStart(text)) return new JsonRecords(damage);
    if (isExportLine(text)) return new LineUnwrapper(exportRule);
    if (isTimedCsvLine(text)) return new LineUnwrapper(csvRule(1));
  }
  return null;
}

/** True when a line begins a JSON object, or a list of objects or strings. */
function isJsonStart(line: string): boolean {
  return /^\uFEFF?\s*(?:\{\s*(?:"|\}|$)|\[\s*(?:[{["\]]|$))/.test(line);
}
