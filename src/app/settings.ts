import { parseDurationSeconds, parseSize } from '../base/index.ts';

/** What a setting holds, and so how its text is read. */
export type SettingKind = 'text' | 'count' | 'size' | 'duration' | 'flag' | 'choice';

/** One setting: everything about it but its value. */
export interface Setting {
  /** Path in the file, `engine.memory`. */
  readonly path: string;
  /** Environment variable. */
  readonly env: string;
  readonly kind: SettingKind;
  /** As a person writes it; null for "not set", which `whenUnset` explains. */
  readonly fallback: string | null;
  readonly whenUnset?: string;
  readonly choices?: readonly string[];
  readonly meaning: string;
}

/**
 * Every setting of the program. Secrets are none of them: credentials come from the AWS provider chain, tokens from
 * their own environment variables, and neither is ever printed.
 */
export const SETTINGS = [
  {
    path: 'lake.location',
    env: 'WEIR_LAKE',
    kind: 'text',
    fallback: './weir-lake',
    meaning: 'Directory or s3://bucket/prefix of the lake',
  },
  {
    path: 'engine.threads',
    env: 'WEIR_THREADS',
    kind: 'count',
    fallback: null,
    whenUnset: 'all cores',
    meaning: 'Worker threads of the SQL engine',
  },
  {
    path: 'engine.memory',
    env: 'WEIR_MEMORY',
    kind: 'size',
    fallback: '1.5GB',
    meaning: 'Memory of the SQL engine before it spills to disk',
  },
  {
    path: 'engine.temp',
    env: 'WEIR_TEMP',
    kind: 'text',
    fallback: null,
    whenUnset: 'the directory for temporary files',
    meaning: 'Where the SQL engine spills',
  },
  {
    path: 'engine.timeout',
    env: 'WEIR_TIMEOUT',
    kind: 'duration',
    fallback: '5m',
    meaning: 'Time that one query may take',
  },
  {
    path: 's3.region',
    env: 'WEIR_S3_REGION',
    kind: 'text',
    fallback: null,
    whenUnset: 'as the AWS tools find it',
    meaning: 'Region of S3 buckets',
  },
  {
    path: 's3.endpoint',
    env: 'WEIR_S3_ENDPOINT',
    kind: 'text',
    fallback: null,
    whenUnset: 'AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, else AWS',
    meaning: 'Address of an S3-compatible store',
  },
  {
    path: 's3.profile',
    env: 'WEIR_S3_PROFILE',
    kind: 'text',
    fallback: null,
    whenUnset: 'AWS_PROFILE, else the default chain',
    meaning: 'Profile of the AWS configuration files',
  },
  {
    path: 's3.singleWriter',
    env: 'WEIR_S3_SINGLE_WRITER',
    kind: 'flag',
    fallback: 'false',
    meaning: 'Vouch that nobody else writes the lake, for stores without conditional writes',
  },
  {
    path: 'cache.directory',
    env: 'WEIR_CACHE',
    kind: 'text',
    fallback: null,
    whenUnset: '~/.cache/weir/objects',
    meaning: 'Local copies of files of a lake on S3',
  },
  {
    path: 'cache.size',
    env: 'WEIR_CACHE_SIZE',
    kind: 'size',
    fallback: '20GB',
    meaning: 'Bound of these copies; the least recently used go first',
  },
  {
    path: 'output.format',
    env: 'WEIR_OUTPUT',
    kind: 'choice',
    fallback: null,
    whenUnset: 'table on a terminal, ndjson otherwise',
    choices: ['table', 'json', 'ndjson', 'csv'],
    meaning: 'How answers are printed',
  },
  {
    path: 'serve.host',
    env: 'WEIR_HOST',
    kind: 'text',
    fallback: '127.0.0.1',
    meaning: 'Address that the console listens on; any other needs a token',
  },
  {
    path: 'serve.port',
    env: 'WEIR_PORT',
    kind: 'count',
    fallback: '4700',
    meaning: 'Port of the console and its API',
  },
  {
    path: 'serve.awsPort',
    env: 'WEIR_AWS_PORT',
    kind: 'count',
    fallback: '4701',
    meaning: 'Port of the AWS-compatible endpoint',
  },
] as const satisfies readonly Setting[];

export type SettingPath = (typeof SETTINGS)[number]['path'];

/**
 * Text as the value of a setting: a number for `count`, bytes for `size`, seconds for `duration`, a boolean for `flag`.
 * Gives the problem as `{ expected }` when the text is none.
 */
export function parseSetting(
  setting: Setting,
  text: string,
): { readonly value: string | number | boolean } | { readonly expected: string } {
  switch (setting.kind) {
    case 'text':
      return text === '' ? { expected: 'some text' } : { value: text };
    case 'count':
      return /^\d{1,9}$/.test(text) && Number(text) > 0
        ? { value: Number(text) }
        : { expected: 'a whole number above 0' };
    case 'size': {
      const bytes = parseSize(text);
      return bytes === null || bytes <= 0 ? { expected: 'a size such as 500MB or 2GiB' } : { value: bytes };
    }
    case 'duration': {
      const seconds = parseDurationSeconds(text);
      return seconds === null || seconds <= 0
        ? { expected: 'a duration such as 30s or 5m' }
        : { value: seconds };
    }
    case 'flag':
      return text === 'true' || text === 'false' ? { value: text === 'true' } : { expected: 'true or false' };
    case 'choice':
      return setting.choices?.includes(text) === true
        ? { value: text }
        : { expected: `one of ${(setting.choices ?? []).join(', ')}` };
  }
}
