import { type ErrorKind, WeirError } from '../base/index.ts';

/** Every code of this folder: who can act on it. The message is written where the facts are. */
const LAKE_ERRORS = {
  'lake.torn-log-entry': 'input',
  'lake.log-gap': 'input',
  'lake.unsupported-log': 'input',
  'lake.bad-checkpoint': 'input',
  'lake.column-clash': 'input',
  'lake.commit-contention': 'service',
  'lake.bad-option': 'config',
} as const satisfies Readonly<Record<string, ErrorKind>>;

/** The codes of this folder. */
export type LakeErrorCode = keyof typeof LAKE_ERRORS;

/** An error of this folder. */
export function lakeError(
  code: LakeErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
  cause?: unknown,
): WeirError {
  return new WeirError(LAKE_ERRORS[code], code, message, { details, cause });
}
