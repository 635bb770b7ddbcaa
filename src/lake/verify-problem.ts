/** What `verify` can find. `error`: the lake is wrong or cannot be read. `note`: harmless, worth knowing. */
export const VERIFY_CODES = {
  'log-damaged': 'error',
  'log-differs': 'error',
  'file-missing': 'error',
  'file-size': 'error',
  'file-unreadable': 'error',
  'file-rows': 'error',
  'object-twice': 'error',
  'object-unknown': 'error',
  'object-rows': 'error',
  'object-malformed': 'error',
  'ledger-sum': 'error',
  'rollup-sum': 'error',
  'blooms-missing': 'note',
  'orphan-file': 'note',
} as const satisfies Readonly<Record<string, 'error' | 'note'>>;

/** The codes of `VERIFY_CODES`. */
export type VerifyCode = keyof typeof VERIFY_CODES;

/** One finding. */
export interface VerifyProblem {
  readonly code: VerifyCode;
  readonly severity: 'error' | 'note';
  /** The file, object, table and day it is about. */
  readonly where: string;
  readonly message: string;
}

/** A finding, its severity by the table. */
export function problemOf(code: VerifyCode, where: string, message: string): VerifyProblem {
  return { code, severity: VERIFY_CODES[code], where, message };
}
