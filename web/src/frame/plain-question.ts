import { readQuestion } from '../../../src/query/index.ts';
import type { Address } from '../address.ts';
import { questionHref } from '../palette/commands.ts';

const MIN_WORDS = 3;

/** Where a text leads that is no filter but a plain question; null when it is none. Loaded when it is needed. */
export function plainQuestionHref(address: Address, text: string): string | null {
  if (text.split(/\s+/).length < MIN_WORDS) return null;
  const { plan } = readQuestion(text, { nowSeconds: Date.now() / 1000 });
  return plan === null ? null : questionHref(address, text);
}
