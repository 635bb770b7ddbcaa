/**
 * Child processes that tests talk to, none of which outlives the test run: each is stopped by name, killed when this
 * process exits, and killed by the kernel when this process is killed (Linux, `setpriv --pdeathsig`).
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** One running program with its own log file. */
export interface ServerProcess {
  readonly name: string;
  /** Its process id; zero when it could not be started. */
  readonly pid: number;
  /** False once it has ended, for whatever reason. */
  isRunning(): boolean;
  /** The end of what it printed, for error messages. */
  logTail(): string;
  /** SIGTERM, after three seconds SIGKILL; resolves when it is gone. Stopping twice is fine. */
  stop(): Promise<void>;
}

/** A folder for one server's data, and everything started in it. */
export interface ServerHome {
  readonly dir: string;
  /** Starts a program that stays; its output goes to `<name>.log` in the folder. */
  start(
    name: string,
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): ServerProcess;
  /** Runs a program to its end and gives its stdout; throws with its output when it fails or takes over a minute. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): string;
  /** Resolves when `isReady` does with true; throws when a process of this home has ended or after `timeoutMs`. */
  ready(isReady: () => Promise<boolean>, timeoutMs: number): Promise<void>;
  /** Stops all processes, last started first, and removes the folder. */
  stop(): Promise<void>;
}

const SYSTEM_FOLDERS = ['/usr/sbin', '/sbin'];
const homes = new Set<{ dir: string; children: Set<ChildProcess> }>();

process.on('exit', () => {
  for (const { dir, children } of homes) {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true });
  }
});

/** The absolute path of a program in PATH or the system's folders, null when there is none. */
export function findProgram(name: string): string | null {
  for (const folder of [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM_FOLDERS]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

/** A TCP port of the loopback address that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** True when something answers HTTP there, with whatever status. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** Makes a new, empty home; `name` becomes part of the folder's name. */
export function createServerHome(name: string): ServerHome {
  const dir = mkdtempSync(join(tmpdir(), `weir-${name}-`));
  const home = { dir, children: new Set<ChildProcess>() };
  const started: ServerProcess[] = [];
  homes.add(home);

  return {
    dir,
    start(processName, program, args, env = {}) {
      const server = startProcess(home, processName, program, args, env);
      started.push(server);
      return server;
    },
    run(program, args, env = {}) {
      const path = findProgram(program) ?? program;
      const options = {
        cwd: dir,
        env: { ...process.env, ...env },
        encoding: 'utf8',
        timeout: 60_000,
      } as const;
      const result = spawnSync(path, args, options);
      if (result.status === 0) return result.stdout;
      const said = [result.error?.message, result.stderr, result.stdout].filter(Boolean).join('\n');
      throw new Error(
        `${program} ${args.join(' ')} failed (${result.status ?? result.signal}):\n${said.slice(-2_000)}`,
      );
    },
    async ready(isReady, timeoutMs) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        if (await isReady()) return;
        const ended = started.find((server) => !server.isRunning());
        if (ended) throw new Error(`${name}: ${ended.name} ended while starting:\n${ended.logTail()}`);
        if (performance.now() > deadline) {
          const logs = started.map((server) => `${server.name}: ${server.logTail()}`).join('\n');
          throw new Error(`${name} did not get ready within ${timeoutMs} ms:\n${logs}`);
        }
        await wait(25);
      }
    },
    async stop() {
      for (const server of started.toReversed()) await server.stop();
      rmSync(dir, { recursive: true, force: true });
      homes.delete(home);
    },
  };
}

function startProcess(
  home: { readonly dir: string; readonly children: Set<ChildProcess> },
  name: string,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): ServerProcess {
  const log = join(home.dir, `${name}.log`);
  const out = openSync(log, 'a');
  const path = findProgram(program) ?? program;
  const leash = process.platform === 'linux' ? findProgram('setpriv') : null;
  const [command, ...rest] = leash === null ? [path, ...args] : [leash, '--pdeathsig', 'KILL', path, ...args];
  const child = spawn(command, rest, {
    cwd: home.dir,
    env: { ...process.env, ...env },
    stdio: ['ignore', out, out],
  });
  closeSync(out);
  home.children.add(child);
  let running = true;
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      running = false;
      home.children.delete(child);
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  return {
    name,
    pid: child.pid ?? 0,
    isRunning: () => running,
    logTail: () => readFileSync(log, 'utf8').slice(-1_500),
    async stop() {
      if (!running) return;
      child.kill('SIGTERM');
      const patience = AbortSignal.timeout(3_000);
      patience.addEventListener('abort', () => child.kill('SIGKILL'));
      await ended;
    },
  };
}
