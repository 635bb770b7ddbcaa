import { describe, expect, it } from 'vitest';
import { checkLockfile, type Manifest, PLATFORMS } from '../../scripts/lockfile.ts';

const MANIFEST: Manifest = {
  dependencies: { '@duckdb/node-api': '1.5.5' },
  devDependencies: { tool: '2.0.0' },
};

/** A lockfile as it should be: DuckDB's binaries for every platform, a tool for development with one only. */
function goodLock(): Record<string, Record<string, unknown>> {
  const binary = (os: string, cpu: string): string => `@duckdb/node-bindings-${os}-${cpu}`;
  const named = PLATFORMS.map(([os, cpu]) => [binary(os, cpu), '1.5.5'] as const);
  return {
    '': { ...MANIFEST },
    'node_modules/@duckdb/node-api': { version: '1.5.5', integrity: 'sha512-a' },
    'node_modules/@duckdb/node-bindings': {
      integrity: 'sha512-b',
      optionalDependencies: Object.fromEntries(named),
    },
    ...Object.fromEntries(
      PLATFORMS.map(([os, cpu]) => [
        `node_modules/${binary(os, cpu)}`,
        { integrity: 'sha512-c', os: [os], cpu: [cpu], ...(os === 'linux' && { libc: ['glibc'] }) },
      ]),
    ),
    'node_modules/tool': {
      dev: true,
      integrity: 'sha512-d',
      optionalDependencies: { 'tool-linux-x64': '2.0.0', 'tool-darwin-arm64': '2.0.0' },
    },
  };
}

function problemsOf(
  packages: Record<string, Record<string, unknown>>,
  manifest = MANIFEST,
): readonly string[] {
  return checkLockfile({ lockfileVersion: 3, packages }, manifest).problems;
}

describe('lockfile guard', () => {
  it('lets a lockfile pass that serves every platform, and names the natives it looked at', () => {
    const report = checkLockfile({ lockfileVersion: 3, packages: goodLock() }, MANIFEST);
    expect(report).toEqual({ packages: 8, natives: ['@duckdb/node-bindings'], problems: [] });
  });

  it('refuses download addresses', () => {
    const lock = goodLock();
    lock['node_modules/tool'] = {
      ...lock['node_modules/tool'],
      resolved: 'https://registry.example/tool.tgz',
    };
    expect(problemsOf(lock)).toEqual([
      expect.stringMatching(/^1 packages record a download address \(first: node_modules\/tool\)/),
    ]);
  });

  it.each(PLATFORMS)('misses the binary for %s-%s', (os, cpu) => {
    const lock = goodLock();
    delete lock[`node_modules/@duckdb/node-bindings-${os}-${cpu}`];
    expect(problemsOf(lock)).toEqual([
      expect.stringMatching(`^@duckdb/node-bindings has no binary for ${os}-${cpu};`),
    ]);
  });

  it('does not take a musl binary for a glibc one', () => {
    const lock = goodLock();
    lock['node_modules/@duckdb/node-bindings-linux-x64'] = {
      integrity: 'sha512-c',
      os: ['linux'],
      cpu: ['x64'],
      libc: ['musl'],
    };
    expect(problemsOf(lock)).toEqual([expect.stringMatching('no binary for linux-x64')]);
  });

  it('refuses a lockfile in which it did not see DuckDB', () => {
    const lock = goodLock();
    delete lock['node_modules/@duckdb/node-bindings'];
    expect(problemsOf(lock)).toEqual([expect.stringMatching('@duckdb/node-bindings was not seen')]);
  });

  it('refuses an entry without a hash, and an older form', () => {
    const lock = goodLock();
    delete lock['node_modules/tool']?.['integrity'];
    expect(problemsOf(lock)).toEqual(['node_modules/tool has no integrity hash']);
    expect(checkLockfile({ lockfileVersion: 2, packages: goodLock() }, MANIFEST).problems).toEqual([
      'lockfileVersion is 2, expected 3',
    ]);
  });

  it('finds where package.json and the lockfile part ways', () => {
    const manifest = { dependencies: { '@duckdb/node-api': '1.5.6', extra: '1.0.0' } };
    expect(problemsOf(goodLock(), manifest)).toEqual([
      '@duckdb/node-api: package.json says 1.5.6, the lockfile 1.5.5; run npm install',
      'extra: package.json says 1.0.0, the lockfile nothing; run npm install',
      'tool: package.json says nothing, the lockfile 2.0.0; run npm install',
    ]);
  });
});
