import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { Writable } from 'node:stream';
import { runCli } from '../../src/cli/run.ts';

const root = resolve(import.meta.dirname, '../..');

/** What one run of the real command line printed. */
export interface WeirRun {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the command line from its sources in a process of its own. stdout and stderr are pipes, so no terminal. */
export function runWeir(
  args: readonly string[],
  options: {
    readonly env?: Readonly<Record<string, string>>;
    readonly cwd?: string;
    readonly stdin?: string;
    /** Called with the process once it runs, to send it signals or close its output. */
    readonly whileRunning?: (child: ReturnType<typeof spawn>) => void;
  } = {},
): Promise<WeirRun> {
  const tsx = resolve(root, 'node_modules/tsx/dist/cli.mjs');
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [tsx, resolve(root, 'src/cli/main.ts'), ...args], {
      cwd: options.cwd ?? root,
      env: { ...process.env, WEIR_LAKE: '', WEIR_OUTPUT: '', ...options.env },
    });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code, signal, stdout, stderr }));
    child.stdin.end(options.stdin ?? '');
    options.whileRunning?.(child);
  });
}

/** Runs the command line in this process, with streams of its own: fast, for tests of what is printed. */
export async function runWeirHere(args: readonly string[]): Promise<WeirRun> {
  const [stdout, stderr] = [collector(), collector()];
  const code = await runCli(args, { stdout: stdout.stream, stderr: stderr.stream });
  return { code, signal: null, stdout: stdout.text(), stderr: stderr.text() };
}

function collector(): { readonly stream: Writable; readonly text: () => string } {
  const chunks: string[] = [];
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string, _encoding, done) => {
      chunks.push(chunk);
      done();
    },
  });
  return { stream, text: () => chunks.join('') };
}
