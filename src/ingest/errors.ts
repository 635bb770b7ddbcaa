import { type ErrorKind, WeirError } from '../base/index.ts';

/** Every error of this folder and what its message needs. */
interface Parameters {
  'ingest.no-such-source': { source: string };
  'ingest.unknown-scheme': { source: string };
  'ingest.bad-format': { format: string; problem: string };
  'ingest.unreadable': { uri: string; problem: string };
  'ingest.spool-failed': { path: string; problem: string };
}

const KINDS: Readonly<Record<keyof Parameters, ErrorKind>> = {
  'ingest.no-such-source': 'config',
  'ingest.unknown-scheme': 'config',
  'ingest.bad-format': 'config',
  'ingest.unreadable': 'input',
  'ingest.spool-failed': 'service',
};

const MESSAGES: { readonly [Code in keyof Parameters]: (p: Parameters[Code]) => string } = {
  'ingest.no-such-source': ({ source }) =>
    `there is no file or folder "${source}", and no file matches it as a pattern`,
  'ingest.unknown-scheme': ({ source }) =>
    `"${source}" is no source; give a file, a folder, a pattern such as logs/**/*.gz, s3://bucket/prefix, or - for standard input`,
  'ingest.bad-format': ({ format, problem }) =>
    `the format "${format}" is not understood: ${problem}; give field names in order, such as "\${version} \${account-id} …" or version,account-id,…`,
  'ingest.unreadable': ({ uri, problem }) => `${uri} cannot be read: ${problem}`,
  'ingest.spool-failed': ({ path, problem }) =>
    `standard input could not be kept in ${path}: ${problem}; free some space or set TMPDIR to another disk`,
};

/** An error of this folder. `cause` is what the operating system or store said. */
export function ingestError<Code extends keyof Parameters>(
  code: Code,
  parameters: Parameters[Code],
  cause?: unknown,
): WeirError {
  return new WeirError(KINDS[code], code, MESSAGES[code](parameters), {
    details: parameters,
    ...(cause === undefined ? {} : { cause }),
  });
}
