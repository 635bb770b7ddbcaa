import { isWeirError, messageOf, type WeirError } from '../base/index.ts';
import type { Problem } from './contract/common.ts';

/** Statuses that can carry a problem. */
export type ProblemStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 406
  | 410
  | 413
  | 415
  | 422
  | 429
  | 500
  | 502
  | 503
  | 504;

const TITLES: Readonly<Record<ProblemStatus, string>> = {
  400: 'The question has a mistake',
  401: 'A token is needed',
  403: 'Not allowed from here',
  404: 'There is no such thing',
  405: 'Not with this method',
  406: 'Not in this form',
  410: 'Not kept any more',
  413: 'Too large',
  415: 'Not in this format',
  422: 'The engine refused the statement',
  429: 'Too many attempts',
  500: 'Weir made a mistake',
  502: 'An outside service failed',
  503: 'Not possible at the moment',
  504: 'It took too long',
};

/** Errors whose kind does not say enough. */
const STATUSES: Readonly<Record<string, ProblemStatus>> = {
  'api.cursor-expired': 410,
  'api.bad-format': 406,
  'engine.timeout': 504,
  'engine.cancelled': 503,
  'engine.out-of-memory': 503,
  'engine.failed': 502,
};

/** A problem of RFC 9457. `code` is stable; `details` are those of the error, `problems` with their places included. */
export function problemOf(
  status: ProblemStatus,
  code: string,
  detail: string,
  details: Readonly<Record<string, unknown>> = {},
): Problem {
  return { type: `urn:weir:problem:${code}`, title: TITLES[status], status, detail, code, details };
}

/** The problem that anything thrown becomes. What is no error of ours says nothing of our insides but its message. */
export function problemFromError(error: unknown): Problem {
  if (!isWeirError(error)) return problemOf(500, 'api.unexpected', messageOf(error));
  return problemOf(statusOf(error), error.code, error.message, error.details);
}

function statusOf(error: WeirError): ProblemStatus {
  const status = STATUSES[error.code];
  if (status !== undefined) return status;
  switch (error.kind) {
    case 'input':
    case 'query':
      return 400;
    case 'engine':
      return 422;
    case 'service':
      return 502;
    case 'config':
      return 503;
    case 'bug':
      return 500;
  }
}
