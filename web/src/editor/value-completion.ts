import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';

/** Asks the lake for values of a field that begin with a text. */
export type AskValues = (
  field: string,
  prefix: string,
  signal: AbortSignal,
) => Promise<readonly KnownValue[]>;

/** A value that occurs in the lake, and what is known of it. */
export interface KnownValue {
  readonly text: string;
  readonly detail: string;
}

/** Where a value is being typed: of which field, from which offset, and in which quotes. */
export interface ValuePlace {
  readonly field: string;
  readonly prefix: string;
  readonly quote: string;
}

const COMPARED =
  /([@\w.]+)\s*(?:=~?|==|!=|<>|\blike\b|\bin\s*[[(](?:[^\])]*,)?)\s*(?:(["'])([^"'\n]*)|(\d*))$/i;

/** The place of a value at the end of a text such as `srcaddr = '10.`; null when none is being typed. */
export function valuePlace(before: string): ValuePlace | null {
  const found = COMPARED.exec(before);
  if (found === null) return null;
  const [, name = '', quote = '', quoted, digits] = found;
  const field = name.slice(name.lastIndexOf('.') + 1);
  return { field, prefix: quoted ?? digits ?? '', quote };
}

/** Values of the field that is being compared at the cursor; null where no value is being typed, or none is known. */
export async function completeValues(
  context: CompletionContext,
  ask: AskValues,
  defaultQuote: string,
): Promise<CompletionResult | null> {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 400), context.pos);
  const place = valuePlace(before);
  if (place === null || (place.prefix === '' && place.quote === '' && !context.explicit)) return null;
  const controller = new AbortController();
  context.addEventListener('abort', () => controller.abort());
  const values = await ask(place.field, place.prefix, controller.signal).catch(() => []);
  if (values.length === 0) return null;
  const options = values.map(({ text, detail }, index): Completion => {
    const isNumber = /^\d+$/.test(text);
    const quote = place.quote === '' && !isNumber ? defaultQuote : '';
    return { label: text, apply: quote + text + quote, detail, type: 'constant', boost: -index };
  });
  // A port may be asked for by the name of its service, so the lake judges what fits.
  return { from: context.pos - place.prefix.length, options, filter: false };
}
