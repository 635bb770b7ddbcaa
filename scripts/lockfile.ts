/**
 * Reads `package-lock.json` as other people's machines will. The mistakes it prevents: a lockfile that names one
 * company's registry, one that lists native binaries only for the machine it was written on, so that a Mac or an
 * arm64 server installs without DuckDB, and one that has fallen behind `package.json`.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** The parsed lockfile, version 3: install path to entry, the project itself under `''`. */
export interface Lockfile {
  readonly lockfileVersion: number;
  readonly packages: Readonly<Record<string, LockEntry>>;
}

/** The part of `package.json` that the lockfile must repeat word for word. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** What one run saw; `natives` names the packages of the main install whose binaries were looked for. */
export interface LockfileReport {
  readonly packages: number;
  readonly natives: readonly string[];
  readonly problems: readonly string[];
}

/** The machines people run Weir on, in npm's words. */
export const PLATFORMS: readonly (readonly [os: string, cpu: string])[] = [
  ['linux', 'x64'],
  ['linux', 'arm64'],
  ['darwin', 'arm64'],
  ['darwin', 'x64'],
  ['win32', 'x64'],
];

/** Without these in the report the check has looked past what it is there for. */
const EXPECTED_NATIVES = ['@duckdb/node-bindings'];

/** Problems of a lockfile, in words that say what to do; an empty list means it serves every platform. */
export function checkLockfile(lock: Lockfile, manifest: Manifest): LockfileReport {
  const entries = Object.entries(lock.packages).filter(([path]) => path !== '');
  const problems: string[] = [];
  if (lock.lockfileVersion !== 3) problems.push(`lockfileVersion is ${lock.lockfileVersion}, expected 3`);
  if (entries.length === 0) problems.push('the lockfile lists no packages');
  problems.push(...checkDeclared(lock, manifest));

  const addressed = entries.filter(([, entry]) => entry.resolved !== undefined && entry.link !== true);
  if (addressed.length > 0) {
    const example = addressed[0]?.[0] ?? '';
    problems.push(
      `${addressed.length} packages record a download address (first: ${example}); .npmrc must hold omit-lockfile-registry-resolved=true, then npm install`,
    );
  }
  for (const [path, entry] of entries) {
    if (entry.link !== true && entry.integrity === undefined) problems.push(`${path} has no integrity hash`);
  }

  const natives: string[] = [];
  for (const [path, entry] of entries) {
    if (entry.dev === true) continue;
    const binaries = Object.keys(entry.optionalDependencies ?? {}).filter(isPlatformName);
    if (binaries.length < 2) continue;
    const name = nameOf(path);
    natives.push(name);
    const found = binaries.map(
      (binary) => lock.packages[`${path}/node_modules/${binary}`] ?? lock.packages[`node_modules/${binary}`],
    );
    for (const [os, cpu] of PLATFORMS) {
      const serves = found.some(
        (binary) =>
          binary?.os?.includes(os) && binary.cpu?.includes(cpu) && (binary.libc?.includes('glibc') ?? true),
      );
      if (!serves)
        problems.push(
          `${name} has no binary for ${os}-${cpu}; choose a version whose binaries exist for all platforms`,
        );
    }
  }
  for (const name of EXPECTED_NATIVES) {
    if (!natives.includes(name)) problems.push(`${name} was not seen, so its binaries were not checked`);
  }
  return { packages: entries.length, natives, problems };
}

function checkDeclared(lock: Lockfile, manifest: Manifest): string[] {
  const problems: string[] = [];
  for (const kind of ['dependencies', 'devDependencies'] as const) {
    const declared = manifest[kind] ?? {};
    const locked = lock.packages['']?.[kind] ?? {};
    for (const name of new Set([...Object.keys(declared), ...Object.keys(locked)])) {
      if (declared[name] === locked[name]) continue;
      problems.push(
        `${name}: package.json says ${declared[name] ?? 'nothing'}, the lockfile ${locked[name] ?? 'nothing'}; run npm install`,
      );
    }
  }
  return problems;
}

function isPlatformName(name: string): boolean {
  return /(linux|darwin|win32|windows)/.test(name) && /(x64|arm64|ia32|arm\b|x86_64|aarch64)/.test(name);
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

if (process.argv[1] === import.meta.filename) {
  const root = resolve(process.argv[2] ?? join(import.meta.dirname, '..'));
  const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
  const report = checkLockfile(read('package-lock.json') as Lockfile, read('package.json') as Manifest);
  for (const problem of report.problems) console.error(problem);
  console.log(
    `${report.packages} packages, binaries of ${report.natives.join(', ') || 'nothing'} on ${PLATFORMS.length} platforms`,
  );
  process.exitCode = report.problems.length > 0 ? 1 : 0;
}
