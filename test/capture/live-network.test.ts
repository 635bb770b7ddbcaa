/** Real packets between two network namespaces, recorded as they pass. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RecordResult } from '../../src/app/record.ts';
import { recordCaptures } from '../../src/app/record.ts';
import { type LiveRecordDeps, liveRecordDeps, recordLive } from '../../src/app/record-live.ts';
import { silentReporter } from '../../src/base/index.ts';
import type { LiveCaptureConfig } from '../../src/capture/index.ts';
import { buildProgram } from '../support/built-program.ts';
import {
  canMakeNetworks,
  createTestNetwork,
  missingForNetworks,
  type TestHost,
  type TestNetwork,
} from '../support/network-namespaces.ts';

const FORMAT =
  'interface-id srcaddr dstaddr srcport dstport protocol tcp-flags packets bytes action flow-direction start end log-status';

const RULES = `table inet weir {
  chain input {
    type filter hook input priority 0; policy accept
    udp dport 9999 log prefix "weir REJECT " group 7 snaplen 128 drop
    tcp dport 2222 log prefix "weir REJECT " group 7 snaplen 128 drop
    log prefix "weir ACCEPT " group 7 snaplen 128
  }
  chain output {
    type filter hook output priority 0; policy accept
    log prefix "weir ACCEPT " group 7 snaplen 128
  }
}
`;

const canRun = canMakeNetworks();

describe.skipIf(!canRun)('live capture (needs root, ip, nft, tcpdump and ping)', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'weir-test-'));
  let network: TestNetwork;
  let program: Awaited<ReturnType<typeof buildProgram>>;

  beforeAll(async () => {
    expect(missingForNetworks()).toEqual([]);
    program = await buildProgram('src/cli/main.ts');
    network = createTestNetwork();
    const { server } = network;
    const rules = join(scratch, 'rules.nft');
    writeFileSync(rules, RULES);
    await server.run('nft', '-f', rules);
    await server.serve(`
      require('net').createServer((socket) => socket.end('y'.repeat(500))).listen(8080, '::', () => {
        const udp = require('dgram').createSocket('udp6');
        udp.bind(7777, '::', () => console.log('ready'));
      });`);
    // The first packets of a cable resolve addresses; afterwards only what the tests send is on it.
    await ping(network.client, server.ipv4, 1);
    await ping(network.client, server.ipv6, 1);
  });
  afterAll(() => {
    network?.remove();
    if (program !== undefined) rmSync(program.directory, { recursive: true, force: true });
    rmSync(scratch, { recursive: true, force: true });
  });

  const running = new Set<LiveRun>();
  afterEach(async () => {
    for (const run of running) await run.stop();
    running.clear();
  });
  const startLive = async (options: LiveRunOptions): Promise<LiveRun> => {
    const run = await startLiveRun(network.server, scratch, options);
    running.add(run);
    return run;
  };

  it('gives the records of what passed an interface', async () => {
    const { client, server } = network;
    const run = await startLive({ interfaces: [server.device] });
    await makeTraffic(network);
    const { result, records } = await run.stop();

    const [c4, s4, c6, s6] = [client.ipv4, server.ipv4, client.ipv6, server.ipv6];
    const found = (...key: readonly string[]) => totalOf(records, key);
    expect(found(c4, s4, '0', '0', '1')).toEqual({ packets: 3, bytes: 3 * 84, flags: 0, actions: 'ACCEPT' });
    expect(found(s4, c4, '0', '0', '1')).toEqual({ packets: 3, bytes: 3 * 84, flags: 0, actions: 'ACCEPT' });
    expect(found(c6, s6, '0', '0', '58')).toMatchObject({ packets: 2, bytes: 2 * 104 });
    expect(found(c4, s4, '4001', '9999', '17')).toMatchObject({ packets: 4, bytes: 4 * 60 });
    expect(found(c6, s6, '4002', '7777', '17')).toMatchObject({ packets: 2, bytes: 2 * 80 });
    // Six packets a side at most: hands, data, acknowledgements, ends. Flags by the rule of AWS: SYN 2, SYN-ACK 18, FIN 1.
    expect(found(c4, s4, '4003', '8080', '6')).toMatchObject({ flags: 3, actions: 'ACCEPT' });
    expect(found(s4, c4, '8080', '4003', '6')).toMatchObject({ flags: 19, actions: 'ACCEPT' });
    expect(found(s4, c4, '8080', '4003', '6').bytes).toBeGreaterThan(500);
    expect(found(c6, s6, '4004', '2222', '6')).toMatchObject({ packets: 1, flags: 2 });
    expect(records.every((record) => record['interface-id'] === server.device)).toBe(true);
    expectBalance(result);
  });

  it('gives what the same capture gives from a file', async () => {
    const { server } = network;
    const file = join(scratch, 'same.pcap');
    const [program, args] = server.command('tcpdump', [
      '-n',
      '-p',
      '-i',
      server.device,
      '-U',
      '-s',
      '128',
      '--immediate-mode',
      '-w',
      file,
    ]);
    const saving = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    const saved = new Promise((resolve) => saving.once('close', resolve));
    await new Promise((resolve) => saving.stderr.once('data', resolve));
    const run = await startLive({ interfaces: [server.device] });
    await makeTraffic(network);
    const { records, teed } = await run.stop();
    saving.kill('SIGINT');
    await saved;

    // Its own bytes once more: every line, times included.
    const again = await replay(teed, scratch, server.device);
    expect(again.length).toBeGreaterThan(8);
    expect(again).toEqual(records.filter(isOk));
    // The file of another tcpdump: the same flows. The times of a window belong to all it saw, so they may differ.
    const others = await replay(file, scratch, server.device);
    expect(flowsOf(others, network)).toEqual(flowsOf(records, network));
  });

  it('takes verdicts and directions from the firewall', async () => {
    const { client, server } = network;
    const run = await startLive({ interfaces: ['nflog:7'] });
    await makeTraffic(network);
    const { result, records, teed } = await run.stop();
    const [c4, s4, c6, s6] = [client.ipv4, server.ipv4, client.ipv6, server.ipv6];
    const rejected = records.filter((record) => record['action'] === 'REJECT');
    expect(
      rejected.map((record) => [record['srcaddr'], record['dstport'], record['flow-direction']]).toSorted(),
    ).toEqual([
      [c4, '9999', 'ingress'],
      [c6, '2222', 'ingress'],
    ]);
    expect(totalOf(records, [c4, s4, '4001', '9999', '17'])).toEqual({
      packets: 4,
      bytes: 240,
      flags: 0,
      actions: 'REJECT',
    });
    expect(totalOf(records, [c4, s4, '0', '0', '1'])).toEqual({
      packets: 3,
      bytes: 252,
      flags: 0,
      actions: 'ACCEPT',
    });
    expect(totalOf(records, [c6, s6, '4004', '2222', '6'])).toEqual({
      packets: 1,
      bytes: 80,
      flags: 2,
      actions: 'REJECT',
    });
    expect(totalOf(records, [s4, c4, '8080', '4003', '6'])).toMatchObject({ flags: 19, actions: 'ACCEPT' });
    const outwards = records.filter((record) => record['srcaddr'] === s4);
    expect(new Set(outwards.map((record) => record['flow-direction']))).toEqual(new Set(['egress']));
    expectBalance(result);
    expect(await replay(teed, scratch, 'nflog:7')).toEqual(records.filter(isOk));
  });

  it('records several sources at once', async () => {
    const { server } = network;
    const run = await startLive({ interfaces: [server.device, 'lo', 'nflog:7'] });
    await ping(network.client, server.ipv4, 2);
    const { records } = await run.stop();
    const echoes = (id: string) =>
      records.filter((one) => one['interface-id'] === id && one['srcaddr'] === network.client.ipv4);
    expect(echoes(server.device).map((one) => one['packets'])).toEqual(['2']);
    expect(echoes('nflog:7').map((one) => one['packets'])).toEqual(['2']);
    // Nothing passed there, and that is a record too.
    const idle = records.filter((one) => one['interface-id'] === 'lo');
    expect(new Set(idle.map((one) => one['log-status']))).toEqual(new Set(['NODATA']));
  });

  it('goes on when the tool is killed, and says that something is missing', async () => {
    const { client, server } = network;
    const run = await startLive({ interfaces: [server.device] });
    await ping(client, server.ipv4, 3);
    await run.until(() => run.seen() >= 6);
    process.kill(run.pid(), 'SIGKILL');
    await run.until(() => run.notes.some((note) => note.includes('capturing again')));
    await ping(client, server.ipv4, 3);
    const { result, records } = await run.stop();
    expect(totalOf(records, [client.ipv4, server.ipv4, '0', '0', '1']).packets).toBe(6);
    expect(totalOf(records, [server.ipv4, client.ipv4, '0', '0', '1']).packets).toBe(6);
    expect(result.skipdata).toBeGreaterThanOrEqual(1);
    expect(run.notes).toEqual([
      expect.stringContaining('tcpdump was ended by SIGKILL'),
      expect.stringContaining('capturing again after'),
    ]);
    expectBalance(result);
  });

  it.each(['tcpdump', 'dumpcap'].filter(hasProgram))('ends cleanly as a command, with %s', async (tool) => {
    const { client, server } = network;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const line = ['record', '--interface', server.device, '--capture-tool', tool, '--format', FORMAT];
      const [command, args] = server.command(process.execPath, [program.file, ...line]);
      const weir = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
      let [stdout, stderr] = ['', ''];
      weir.stdout.on('data', (text: Buffer) => (stdout += String(text)));
      const closed = new Promise((resolve) => weir.once('close', resolve));
      await new Promise<void>((resolve) => {
        weir.stderr.on('data', (text: Buffer) => {
          stderr += String(text);
          if (stderr.includes('weir: recording')) resolve();
        });
        weir.once('close', () => resolve());
      });
      await ping(client, server.ipv6, 4);
      weir.kill(signal);
      expect([signal, await closed, stderr.includes('fault')]).toEqual([signal, 0, false]);
      const [header = '', ...lines] = stdout.trimEnd().split('\n');
      expect(header).toBe(FORMAT);
      expect(
        totalOf(
          lines.map((text) => lineOf(header, text)),
          [client.ipv6, server.ipv6, '0', '0', '58'],
        ),
      ).toMatchObject({ packets: 4 });
    }
  });

  it('counts what the kernel dropped', async () => {
    const { client, server } = network;
    const run = await startLive({ interfaces: [server.device], capture: { bufferKib: 64 } });
    process.kill(run.pid(), 'SIGSTOP');
    const sent = 3000;
    await client.script(`
      const udp = require('dgram').createSocket('udp4');
      let left = ${sent};
      const next = () => left-- > 0 ? udp.send(Buffer.alloc(64), 7777, '${server.ipv4}', next) : udp.close();
      udp.bind(4010, next);`);
    process.kill(run.pid(), 'SIGCONT');
    await run.until(() => run.seen() > 0);
    const { result, records, remarks } = await run.stop();
    const { packets } = totalOf(records, [client.ipv4, server.ipv4, '4010', '7777', '17']);
    expect(packets).toBeGreaterThan(0);
    expect(packets).toBeLessThan(sent);
    expect(result.skipdata).toBeGreaterThanOrEqual(1);
    const lost = Number(/(\d+) packets were lost/.exec(remarks.join())?.[1]);
    expect(packets + lost).toBeGreaterThanOrEqual(sent);
  });
});

interface LiveRunOptions {
  readonly interfaces: readonly string[];
  readonly capture?: Partial<LiveCaptureConfig>;
}

type Line = Readonly<Record<string, string>>;

interface LiveRun {
  readonly notes: readonly string[];
  /** Process of the tool that was started last. */
  pid(): number;
  /** Packets in what the tools have written so far, roughly: bytes over the least size of a record. */
  seen(): number;
  until(isTrue: () => boolean): Promise<void>;
  stop(): Promise<{
    readonly result: RecordResult;
    readonly remarks: readonly string[];
    readonly records: readonly Line[];
    /** A file with what the last tool wrote. */
    readonly teed: string;
  }>;
}

let runs = 0;

/** Starts a recording whose tools run on a host; resolves when they capture. */
async function startLiveRun(host: TestHost, scratch: string, options: LiveRunOptions): Promise<LiveRun> {
  const out = join(scratch, `live-${runs++}`);
  const notes: string[] = [];
  let pid = 0;
  let pieces: Uint8Array[] = [];
  const real = liveRecordDeps();
  const deps: LiveRecordDeps = {
    ...real,
    ...(options.capture === undefined ? {} : { capture: options.capture }),
    startChild: (path, args, listener) => {
      pieces = [];
      const mine = pieces;
      const [program, rest] = host.command(path, args);
      const child = real.startChild(program, rest, {
        ...listener,
        output: (bytes) => {
          mine.push(Uint8Array.from(bytes));
          listener.output(bytes);
        },
      });
      pid = child.pid ?? 0;
      return child;
    },
  };
  const interrupt = new AbortController();
  let onStart = (): void => {};
  const started = new Promise<void>((resolve) => {
    onStart = resolve;
  });
  const report = recordLive(
    {
      interfaces: options.interfaces,
      out,
      format: FORMAT,
      reporter: { ...silentReporter, warn: (text) => notes.push(text) },
      signal: interrupt.signal,
      onStart,
    },
    deps,
  );
  await Promise.race([started, report]);
  const stop = async () => {
    interrupt.abort();
    const { result, remarks } = await report;
    const teed = join(scratch, `${host.device}-${runs++}.pcap`);
    writeFileSync(teed, Buffer.concat(pieces));
    return { result, remarks: remarks.map(({ text }) => text), records: linesIn(out), teed };
  };
  return {
    notes,
    pid: () => pid,
    seen: () => Math.floor(pieces.reduce((sum, { length }) => sum + length, 0) / 100),
    until: async (isTrue) => {
      for (const end = Date.now() + 10_000; !isTrue(); ) {
        if (Date.now() > end) throw new Error(`still not, after ten seconds: ${String(isTrue)}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    stop,
  };
}

/** The same traffic each time: fixed ports, counts and sizes. */
async function makeTraffic({ client, server }: TestNetwork): Promise<void> {
  await ping(client, server.ipv4, 3);
  await ping(client, server.ipv6, 2);
  await client.script(`
    const { createSocket } = require('dgram');
    const { connect } = require('net');
    const send = (type, from, to, port, count, done) => {
      const udp = createSocket(type);
      let left = count;
      const next = () => left-- > 0 ? udp.send(Buffer.alloc(32), port, to, next) : (udp.close(), done());
      udp.bind(from, next);
    };
    send('udp4', 4001, '${server.ipv4}', 9999, 4, () =>
    send('udp6', 4002, '${server.ipv6}', 7777, 2, () => {
      const open = connect({ host: '${server.ipv4}', port: 8080, localPort: 4003 });
      open.resume().on('close', () => {
        const shut = connect({ host: '${server.ipv6}', port: 2222, localPort: 4004 });
        shut.on('error', () => {});
        setTimeout(() => shut.destroy(), 300);
      });
    }));`);
}

async function ping(from: TestHost, to: string, count: number): Promise<void> {
  await from.run('ping', '-n', '-q', '-i', '0.02', '-W', '2', '-c', String(count), to);
}

/** The records of a capture file, as the command line replays it. */
async function replay(capture: string, scratch: string, interfaceId: string): Promise<readonly Line[]> {
  const out = join(scratch, `replay-${runs++}`);
  await recordCaptures({ captures: [capture], out, format: FORMAT, interfaceId, reporter: silentReporter });
  return linesIn(out).filter(isOk);
}

function linesIn(directory: string): readonly Line[] {
  const files = readdirSync(directory).filter((name) => name.endsWith('.log'));
  return files.toSorted().flatMap((name) => {
    const [header = '', ...lines] = readFileSync(join(directory, name), 'utf8').trimEnd().split('\n');
    return lines.map((line) => lineOf(header, line));
  });
}

function lineOf(header: string, line: string): Line {
  const values = line.split(' ');
  return Object.fromEntries(header.split(' ').map((field, at) => [field, values[at] ?? '']));
}

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version']).status === 0;
}

function isOk(line: Line): boolean {
  return line['log-status'] === 'OK';
}

/** Sums over windows, since a minute may end in the middle of a test. */
function totalOf(lines: readonly Line[], key: readonly string[]) {
  const of = lines.filter((line) =>
    ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol'].every((field, at) => line[field] === key[at]),
  );
  return {
    packets: of.reduce((sum, line) => sum + Number(line['packets']), 0),
    bytes: of.reduce((sum, line) => sum + Number(line['bytes']), 0),
    flags: of.reduce((flags, line) => flags | Number(line['tcp-flags']), 0),
    actions: [...new Set(of.map((line) => line['action']))].join(),
  };
}

/** Every flow between the hosts by its key, without times; not the chatter of IPv6 about neighbours. */
function flowsOf(lines: readonly Line[], { client, server }: TestNetwork) {
  const addresses = new Set([client.ipv4, client.ipv6, server.ipv4, server.ipv6]);
  const isOurs = (line: Line) => addresses.has(line['srcaddr'] ?? '') && addresses.has(line['dstaddr'] ?? '');
  const keyOf = (line: Line) =>
    ['srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol'].map((field) => line[field] ?? '');
  return new Map(
    lines
      .filter((line) => isOk(line) && isOurs(line))
      .map((line) => [keyOf(line).join(' '), totalOf(lines, keyOf(line))]),
  );
}

function expectBalance(result: RecordResult): void {
  const dropped = Object.values(result.dropped).reduce((sum, count) => sum + count, 0);
  expect(result.packets).toBe(result.counted + dropped);
  expect(result.records).toBe(result.ok + result.nodata + result.skipdata);
}
