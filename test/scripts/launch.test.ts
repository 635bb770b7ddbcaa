import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** Stands in for npm: writes down how it was called, and does the least that install and build must do. */
const FAKE_NPM = `#!/bin/sh
echo "$*" >> npm.log
[ -e npm.fails ] && { echo "no network" >&2; exit 1; }
case "$1" in
  install) mkdir -p node_modules ;;
  run) mkdir -p dist/src/cli && echo 'console.log("ran", process.argv.slice(2).join(" "))' > dist/src/cli/main.js ;;
esac
`;

describe.skipIf(process.platform === 'win32')('./weir (needs a POSIX shell for the stand-in of npm)', () => {
  let root: string;
  let env: Record<string, string | undefined>;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'weir-launch-'));
    for (const folder of ['bin', 'src/base', 'web/src']) mkdirSync(join(root, folder), { recursive: true });
    cpSync(join(ROOT, 'weir'), join(root, 'weir'));
    cpSync(join(ROOT, 'scripts'), join(root, 'scripts'), { recursive: true });
    writeFileSync(join(root, 'bin/npm'), FAKE_NPM, { mode: 0o755 });
    writeFileSync(join(root, 'package.json'), '{"type":"module"}');
    writeFileSync(join(root, 'package-lock.json'), '{}');
    writeFileSync(join(root, 'src/base/one.ts'), 'export const one = 1;');
    writeFileSync(join(root, 'web/src/page.css'), 'p {}');
    env = { ...process.env, PATH: `${join(root, 'bin')}${delimiter}${process.env['PATH'] ?? ''}` };
  });
  afterEach(() => rmSync(root, { recursive: true }));

  const weir = (
    ...args: string[]
  ): { status: number | null; stdout: string; stderr: string; npm: string[] } => {
    rmSync(join(root, 'npm.log'), { force: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'weir'), ...args], {
      env,
      encoding: 'utf8',
    });
    return { status, stdout, stderr, npm: npmCalls() };
  };
  const npmCalls = (): string[] => {
    if (!existsSync(join(root, 'npm.log'))) return [];
    const lines = readFileSync(join(root, 'npm.log'), 'utf8').trim().split('\n');
    return lines.map((line) => line.split(' ')[0] ?? '');
  };

  it('installs and builds in a fresh clone, then runs the command with its arguments', () => {
    const first = weir('top', 'srcaddr', '--last', '1h');
    expect(first).toMatchObject({
      status: 0,
      stdout: 'ran top srcaddr --last 1h\n',
      npm: ['install', 'run'],
    });
    expect(weir('--help')).toMatchObject({ status: 0, stdout: 'ran --help\n', stderr: '', npm: [] });
  });

  it.each<[change: string, calls: string[], make: () => void]>([
    ['a source file was only touched', [], () => utimesSync(join(root, 'src/base/one.ts'), 1, 1)],
    ['a README changed', [], () => writeFileSync(join(root, 'src/base/README.md'), 'words')],
    ['a source file changed', ['run'], () => appendFileSync(join(root, 'src/base/one.ts'), '//')],
    ['a source file is new', ['run'], () => writeFileSync(join(root, 'src/base/two.ts'), '')],
    ['a source file is gone', ['run'], () => rmSync(join(root, 'src/base/one.ts'))],
    ['the page changed', ['run'], () => appendFileSync(join(root, 'web/src/page.css'), 'b {}')],
    ['the lockfile changed', ['install', 'run'], () => changeLater(join(root, 'package-lock.json'))],
    ['the build is gone', ['run'], () => rmSync(join(root, 'dist'), { recursive: true })],
    ['the packages are gone', ['install'], () => rmSync(join(root, 'node_modules'), { recursive: true })],
  ])('when %s, it calls npm for %j', (_, calls, make) => {
    weir();
    make();
    expect(weir('go')).toMatchObject({ status: 0, stdout: 'ran go\n', npm: calls });
    expect(weir('again')).toMatchObject({ status: 0, stdout: 'ran again\n', npm: [] });
  });

  it('says what failed, runs nothing, and tries again the next time', () => {
    writeFileSync(join(root, 'npm.fails'), '');
    const failed = weir('top');
    expect(failed).toMatchObject({ status: 4, stdout: '' });
    expect(failed.stderr).toContain('no network\nweir: npm install failed with exit code 1');
    rmSync(join(root, 'npm.fails'));
    expect(weir('top')).toMatchObject({ status: 0, npm: ['install', 'run'] });
  });

  it('builds once when two are started together', async () => {
    const two = ['a', 'b'].map((name) =>
      spawn(process.execPath, [join(root, 'weir'), name], { env, stdio: 'ignore' }),
    );
    const codes = await Promise.all(two.map(async (child) => (await once(child, 'exit'))[0] as number));
    expect(codes).toEqual([0, 0]);
    expect(npmCalls()).toEqual(['install', 'run']);
  });

  it('takes over the lock of one that was killed', () => {
    mkdirSync(join(root, 'node_modules/.cache'), { recursive: true });
    const gone = spawnSync(process.execPath, ['-e', '']).pid;
    writeFileSync(join(root, 'node_modules/.cache/weir-install.lock'), String(gone));
    expect(weir('go')).toMatchObject({ status: 0, npm: ['install', 'run'] });
  });

  it('starts the whole main job by npm start', () => {
    const { stdout } = spawnSync(process.execPath, [join(root, 'scripts/start.mjs'), 'logs/'], {
      env,
      encoding: 'utf8',
    });
    expect(stdout).toBe('ran start logs/\n');
  });
});

function changeLater(path: string): void {
  appendFileSync(path, ' ');
  utimesSync(path, Date.now() / 1000 + 5, Date.now() / 1000 + 5);
}
