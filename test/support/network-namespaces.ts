import { spawn, spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Two hosts of a test's own, `client` and `server`, joined by a cable; nothing leads out of them. */
export interface TestNetwork {
  readonly client: TestHost;
  readonly server: TestHost;
  /** Removes both, whatever still runs in them included. */
  remove(): void;
}

export interface TestHost {
  /** The network namespace. */
  readonly namespace: string;
  /** Its end of the cable. */
  readonly device: string;
  readonly ipv4: string;
  readonly ipv6: string;
  /** Runs a program there to its end; throws with what it said unless it ends well. */
  run(program: string, ...args: readonly string[]): Promise<string>;
  /** Runs a piece of JavaScript there. */
  script(source: string): Promise<string>;
  /** Starts a piece of JavaScript there that says `ready`; resolves then. Ends with the network. */
  serve(source: string): Promise<void>;
  /** The command line that runs a program there. The process that runs it becomes the program. */
  command(program: string, args: readonly string[]): readonly [program: string, args: readonly string[]];
}

const PROGRAMS = ['ip', 'nft', 'tcpdump', 'ping'] as const;
const DIRECTORIES = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin'];

/** What is missing for `createTestNetwork`; empty when nothing is. */
export function missingForNetworks(): readonly string[] {
  const missing: string[] = PROGRAMS.filter(
    (name) => !DIRECTORIES.some((directory) => isProgram(join(directory, name))),
  );
  if (process.getuid?.() !== 0) return [...missing, 'root'];
  if (missing.length > 0) return missing;
  const name = `weir-probe-${process.pid}`;
  if (spawnSync('ip', ['netns', 'add', name]).status !== 0) return ['the right to make network namespaces'];
  spawnSync('ip', ['netns', 'delete', name]);
  return [];
}

/**
 * May a suite make networks? True when everything is there, and also when `REQUIRE_TOOLS` names `namespaces`: then the
 * suite runs and fails with the reason, rather than be skipped.
 */
export function canMakeNetworks(): boolean {
  const required = (process.env['REQUIRE_TOOLS'] ?? '').split(',').map((name) => name.trim());
  return required.includes('namespaces') || missingForNetworks().length === 0;
}

let made = 0;

/** Makes two hosts and the cable between them. They are also removed should the test process end early. */
export function createTestNetwork(): TestNetwork {
  const tag = `${process.pid % 100_000}${made++}`;
  const namespaces = [`weir-c${tag}`, `weir-s${tag}`] as const;
  const devices = [`wc${tag}`, `ws${tag}`] as const;
  const children = new Set<ReturnType<typeof spawn>>();
  const remove = (): void => {
    process.off('exit', remove);
    for (const child of children) child.kill('SIGKILL');
    for (const namespace of namespaces) spawnSync('ip', ['netns', 'delete', namespace]);
  };
  process.once('exit', remove);
  try {
    for (const namespace of namespaces) ip('netns', 'add', namespace);
    ip(
      'link',
      'add',
      devices[0],
      'netns',
      namespaces[0],
      'type',
      'veth',
      'peer',
      'name',
      devices[1],
      'netns',
      namespaces[1],
    );
    const hosts = namespaces.map((namespace, index): TestHost => {
      const device = devices[index] as string;
      const [ipv4, ipv6] = [`10.199.7.${index + 1}`, `fd00:7::${index + 1}`];
      ip('-n', namespace, 'address', 'add', `${ipv4}/24`, 'dev', device);
      ip('-n', namespace, 'address', 'add', `${ipv6}/64`, 'dev', device, 'nodad');
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
      ip('-n', namespace, 'link', 'set', device, 'up');
      return createHost(namespace, device, ipv4, ipv6, children);
    });
    const [client, server] = hosts as [TestHost, TestHost];
    return { client, server, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function createHost(
  namespace: string,
  device: string,
  ipv4: string,
  ipv6: string,
  children: Set<ReturnType<typeof spawn>>,
): TestHost {
  const command: TestHost['command'] = (program, args) => [
    'ip',
    ['netns', 'exec', namespace, program, ...args],
  ];
  const start = (program: string, args: readonly string[]) => {
    const [name, rest] = command(program, args);
    const child = spawn(name, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
    children.add(child);
    child.once('close', () => children.delete(child));
    return child;
  };
  const run: TestHost['run'] = (program, ...args) =>
    new Promise((resolve, reject) => {
      const child = start(program, args);
      let [output, errors] = ['', ''];
      child.stdout.on('data', (text: Buffer) => (output += String(text)));
      child.stderr.on('data', (text: Buffer) => (errors += String(text)));
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(output);
        else reject(new Error(`${program} ${args.join(' ')}: exit code ${code}\n${output}${errors}`));
      });
    });
  return {
    namespace,
    device,
    ipv4,
    ipv6,
    command,
    run,
    script: (source) => run(process.execPath, '-e', source),
    serve: (source) =>
      new Promise((resolve, reject) => {
        const child = start(process.execPath, ['-e', source]);
        child.stdout.on('data', (text: Buffer) => {
          if (String(text).includes('ready')) resolve();
        });
        child.stderr.on('data', (text: Buffer) => reject(new Error(String(text))));
        child.once('close', () => reject(new Error('it ended before it was ready')));
      }),
  };
}

function ip(...args: readonly string[]): void {
  const { status, stderr } = spawnSync('ip', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ip ${args.join(' ')}: ${stderr ?? 'cannot be run'}`);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
