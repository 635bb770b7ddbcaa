import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageOf, WeirError } from '../base/index.ts';
import type { StoreOptions } from '../storage/index.ts';
import { parseSetting, SETTINGS, type Setting, type SettingPath } from './settings.ts';

/** The whole configuration, resolved. */
export interface Config {
  readonly lake: { readonly location: string };
  readonly engine: {
    readonly threads: number;
    readonly memoryBytes: number;
    readonly tempDirectory: string;
    readonly timeoutSeconds: number;
  };
  /** For `openStore`, of the lake and of sources; the cache directory is always named. */
  readonly storage: StoreOptions & { readonly cacheDirectory: string };
  readonly output: { readonly format: 'table' | 'json' | 'ndjson' | 'csv' | null };
  readonly serve: { readonly host: string; readonly port: number; readonly awsPort: number };
  /** Every setting with its text and where that came from, for `weir config show`. */
  readonly origins: readonly SettingOrigin[];
}

export interface SettingOrigin {
  readonly path: SettingPath;
  /** As written; null when not set. */
  readonly text: string | null;
  /** `default`, `file PATH`, `environment NAME` or `flag`. */
  readonly from: string;
  readonly setting: Setting;
}

/** Where configuration comes from; arguments, so that tests have no world. */
export interface ConfigSources {
  /** Values given on the command line, by path. */
  readonly flags?: Readonly<Partial<Record<SettingPath, string>>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory?: string;
  readonly homeDirectory?: string;
}

/**
 * The configuration: defaults, then `weir.config.json` in the working directory (else `~/.config/weir/config.json`),
 * then `WEIR_*` variables, then flags.
 *
 * Errors: `app.bad-config` (kind `config`) listing every problem at once: unknown keys, values that do not fit, a file
 * that is no JSON.
 */
export function resolveConfig(sources: ConfigSources = {}): Config {
  const env = sources.env ?? process.env;
  const problems: string[] = [];
  const file = readConfigFile(sources, env, problems);
  const values = new Map<SettingPath, string | number | boolean>();
  const origins = SETTINGS.map((setting: Setting & { readonly path: SettingPath }): SettingOrigin => {
    const candidates: readonly (readonly [text: string | undefined, from: string])[] = [
      [sources.flags?.[setting.path], 'flag'],
      [env[setting.env] === '' ? undefined : env[setting.env], `environment ${setting.env}`],
      [file.values.get(setting.path), `file ${file.path ?? ''}`],
      [setting.fallback ?? undefined, 'default'],
    ];
    const [text, from] = candidates.find(([candidate]) => candidate !== undefined) ?? [undefined, 'default'];
    if (text === undefined) return { path: setting.path, text: null, from, setting };
    const parsed = parseSetting(setting, text);
    if ('value' in parsed) values.set(setting.path, parsed.value);
    else problems.push(`${setting.path} (${from}) is "${text}"; expected ${parsed.expected}`);
    return { path: setting.path, text, from, setting };
  });
  if (problems.length > 0) {
    throw new WeirError('config', 'app.bad-config', problems.join('\n'), { details: { problems } });
  }
  return configOf(
    values,
    origins,
    env['XDG_CACHE_HOME'] ?? join(sources.homeDirectory ?? homedir(), '.cache'),
  );
}

function configOf(
  values: ReadonlyMap<SettingPath, string | number | boolean>,
  origins: readonly SettingOrigin[],
  cacheHome: string,
): Config {
  const text = (path: SettingPath): string | undefined => values.get(path) as string | undefined;
  const number = (path: SettingPath, fallback: number): number =>
    (values.get(path) as number | undefined) ?? fallback;
  const optional = <Key extends string>(key: Key, value: string | undefined): { [name in Key]?: string } =>
    (value === undefined ? {} : { [key]: value }) as { [name in Key]?: string };
  return {
    lake: { location: text('lake.location') ?? './weir-lake' },
    engine: {
      threads: number('engine.threads', availableParallelism()),
      memoryBytes: number('engine.memory', 1.5e9),
      tempDirectory: text('engine.temp') ?? join(tmpdir(), `weir-engine-${process.pid}`),
      timeoutSeconds: number('engine.timeout', 300),
    },
    storage: {
      ...optional('region', text('s3.region')),
      ...optional('endpoint', text('s3.endpoint')),
      ...optional('profile', text('s3.profile')),
      cacheDirectory: text('cache.directory') ?? join(cacheHome, 'weir', 'objects'),
      cacheBytes: number('cache.size', 20e9),
      singleWriter: values.get('s3.singleWriter') === true,
    },
    output: { format: (text('output.format') ?? null) as Config['output']['format'] },
    serve: {
      host: text('serve.host') ?? '127.0.0.1',
      port: number('serve.port', 4700),
      awsPort: number('serve.awsPort', 4701),
    },
    origins,
  };
}

interface ConfigFile {
  readonly path: string | null;
  readonly values: ReadonlyMap<string, string>;
}

function readConfigFile(
  sources: ConfigSources,
  env: Readonly<Record<string, string | undefined>>,
  problems: string[],
): ConfigFile {
  const home = sources.homeDirectory ?? homedir();
  const places = [
    join(sources.workingDirectory ?? process.cwd(), 'weir.config.json'),
    join(env['XDG_CONFIG_HOME'] ?? join(home, '.config'), 'weir', 'config.json'),
  ];
  const path = places.find((place) => existsSync(place));
  if (path === undefined) return { path: null, values: new Map() };
  let tree: unknown;
  try {
    tree = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    problems.push(`${path} is not JSON: ${messageOf(error)}`);
    return { path, values: new Map() };
  }
  const values = new Map<string, string>();
  flatten(tree, '', values);
  const known = new Set<string>(SETTINGS.map((setting) => setting.path));
  for (const key of values.keys()) {
    if (!known.has(key))
      problems.push(`${path} sets ${key}, which is no setting; there are ${[...known].join(', ')}`);
  }
  return { path, values };
}

function flatten(value: unknown, path: string, into: Map<string, string>): void {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [key, entry] of Object.entries(value))
      flatten(entry, path === '' ? key : `${path}.${key}`, into);
    return;
  }
  into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
}
