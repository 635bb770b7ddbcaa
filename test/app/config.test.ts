import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resolveConfig, SETTINGS } from '../../src/app/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const directory = temporaryDirectory();
let count = 0;

/** A working directory and a home, with the configuration files given. */
const places = (
  files: { readonly here?: unknown; readonly home?: unknown } = {},
): { workingDirectory: string; homeDirectory: string } => {
  const base = join(directory, String(count++));
  const [workingDirectory, homeDirectory] = [join(base, 'work'), join(base, 'home')];
  mkdirSync(workingDirectory, { recursive: true });
  mkdirSync(join(homeDirectory, '.config/weir'), { recursive: true });
  const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
  if (files.here !== undefined) writeFileSync(join(workingDirectory, 'weir.config.json'), text(files.here));
  if (files.home !== undefined)
    writeFileSync(join(homeDirectory, '.config/weir/config.json'), text(files.home));
  return { workingDirectory, homeDirectory };
};

describe('resolveConfig', () => {
  it('goes from defaults over file and environment to flags, and says where each came from', () => {
    const config = resolveConfig({
      ...places({ here: { engine: { memory: '2GB', threads: 3 }, lake: { location: '/file' } } }),
      env: { WEIR_LAKE: '/env', WEIR_THREADS: '4' },
      flags: { 'lake.location': '/flag' },
    });
    expect(config).toMatchObject({
      lake: { location: '/flag' },
      engine: { threads: 4, memoryBytes: 2e9, timeoutSeconds: 300 },
    });
    const from = Object.fromEntries(config.origins.map((origin) => [origin.path, origin.from]));
    expect(from).toMatchObject({
      'lake.location': 'flag',
      'engine.threads': 'environment WEIR_THREADS',
      'engine.memory': expect.stringMatching(/^file .*weir\.config\.json$/),
      'engine.timeout': 'default',
    });
  });

  it('reads the home file when there is none here', () => {
    const home = { lake: { location: '/home' } };
    expect(resolveConfig({ ...places({ home }), env: {} }).lake.location).toBe('/home');
    expect(resolveConfig({ ...places({ home, here: {} }), env: {} }).lake.location).toBe('./weir-lake');
  });

  it('refuses everything that is wrong, all at once', () => {
    const sources = {
      ...places({ here: { engine: { memory: 'much', colour: 'red' } } }),
      env: { WEIR_TIMEOUT: 'soon', WEIR_OUTPUT: 'xml' },
    };
    expect(() => resolveConfig(sources)).toThrow(
      expect.objectContaining({ kind: 'config', code: 'app.bad-config' }),
    );
    try {
      resolveConfig(sources);
    } catch (error) {
      const problems = (error as { readonly details: { readonly problems: readonly string[] } }).details
        .problems;
      expect(problems.length).toBe(4);
      expect(problems.join('\n')).toMatch(
        /engine\.colour[\s\S]*engine\.memory[\s\S]*engine\.timeout[\s\S]*output\.format/,
      );
    }
  });

  it('refuses a file that is no JSON', () => {
    expect(() => resolveConfig({ ...places({ here: '{' }), env: {} })).toThrow(/is not JSON/);
  });

  it('an empty variable is not set', () => {
    expect(resolveConfig({ ...places(), env: { WEIR_LAKE: '' } }).lake.location).toBe('./weir-lake');
  });

  it('has no setting for a secret', () => {
    expect(SETTINGS.filter(({ path }) => /secret|token|password|key/i.test(path))).toEqual([]);
  });
});
