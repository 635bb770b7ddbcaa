import { describe, expect, it } from 'vitest';
import { captureArguments, defaultCaptureToolConfig } from '../../src/capture/capture-tool.ts';
import {
  type ChildListener,
  findCaptureTool,
  LiveCapture,
  type LiveCaptureDeps,
  parseCaptureSource,
} from '../../src/capture/index.ts';
import { createToolWords } from '../../src/capture/tool-words.ts';
import { PCAP_HEAD, packetAt } from '../support/tiny-capture.ts';

const TCPDUMP = { name: 'tcpdump', path: '/usr/bin/tcpdump', tellsDrops: true } as const;
const ETH0 = parseCaptureSource('eth0');

describe('parseCaptureSource', () => {
  it.each([
    ['eth0', { kind: 'interface', name: 'eth0' }],
    ['any', { kind: 'interface', name: 'any' }],
    ['br-1a.200', { kind: 'interface', name: 'br-1a.200' }],
    ['nflog:7', { kind: 'nflog', name: 'nflog:7', group: 7 }],
    ['nflog:0065', { kind: 'nflog', name: 'nflog:65', group: 65 }],
  ])('%s', (text, source) => expect(parseCaptureSource(text)).toEqual(source));

  it.each([
    '',
    '-',
    '-z/bin/sh',
    '/dev/x',
    '../x',
    'a b',
    'a\nb',
    'a\0',
    'x'.repeat(128),
    'nflog',
    'nflog:',
    'nflog:x',
    'nflog:65536',
    'nflog:-1',
  ])('refuses %j', (text) => expect(() => parseCaptureSource(text)).toThrow(/--interface/));
});

describe('findCaptureTool', () => {
  const search = (...files: readonly string[]) => ({
    path: '/opt/bin:',
    isProgram: (file: string) => files.includes(file),
  });

  it('prefers tcpdump, and looks beyond the PATH', () => {
    expect(findCaptureTool(null, search('/opt/bin/dumpcap', '/usr/sbin/tcpdump')).path).toBe(
      '/usr/sbin/tcpdump',
    );
    expect(findCaptureTool(null, search('/opt/bin/dumpcap')).name).toBe('dumpcap');
    expect(findCaptureTool('dumpcap', search('/opt/bin/dumpcap', '/opt/bin/tcpdump')).name).toBe('dumpcap');
  });
  it('says what to install', () => {
    expect(() => findCaptureTool(null, search())).toThrow('install the package tcpdump or wireshark-common');
  });
});

describe('captureArguments', () => {
  it('keeps the headers of an interface, and whole batches of the firewall', () => {
    const config = defaultCaptureToolConfig;
    expect(captureArguments(TCPDUMP, ETH0, config).join(' ')).toBe(
      '-n -p -i eth0 -s 128 --immediate-mode -B 16384 -U -w -',
    );
    expect(captureArguments(TCPDUMP, parseCaptureSource('nflog:7'), config).join(' ')).toBe(
      '-n -p -i nflog:7 -s 262144 -U -w -',
    );
    const dumpcap = { name: 'dumpcap', path: '/usr/bin/dumpcap', tellsDrops: false } as const;
    expect(captureArguments(dumpcap, ETH0, { ...config, isPromiscuous: true }).join(' ')).toBe(
      '-q -i eth0 -s 128 -B 16 -w -',
    );
  });
});

describe('createToolWords', () => {
  it('adds up what each answer says more than the one before, however the text is cut', () => {
    const words = createToolWords();
    const text =
      'tcpdump: listening on eth0\n' +
      'tcpdump: 9 packets captured, 12 packets received by filter, 3 packets dropped by kernel\n' +
      '1 packet dropped by interface\n';
    for (const letter of text) words.push(letter);
    expect(words.takeLost()).toBe(4);
    expect(words.takeLost()).toBe(0);
    words.push('tcpdump: 9 packets captured, 5 packets dropped by kernel\n');
    expect(words.takeLost()).toBe(2);
    words.push('2 packets dropped by kernel\n');
    expect(words.takeLost()).toBe(2 ** 32 - 3);
    expect([words.isListening, words.lastWords]).toEqual([true, '']);
  });
  it('keeps the last of what went wrong', () => {
    const words = createToolWords();
    words.push(`${'x'.repeat(5000)}\none\ntwo\nthree\nfour\nfive`);
    expect(words.lastWords).toBe('one two three four five');
  });
});

describe('LiveCapture', () => {
  it('starts when the head of the capture comes, and hands over packets and losses', async () => {
    const world = fakeWorld();
    const started = world.capture.start();
    world.child().output(PCAP_HEAD);
    await started;
    world.child().output(packetAt(100));
    expect(world.events).toEqual(['name 0 eth0', 'packet 100']);
    world.now = 101;
    world.capture.tick();
    expect(world.signals).toEqual([]);
    world.child().errors('tcpdump: listening on eth0\n');
    world.capture.tick();
    expect(world.signals).toEqual(['SIGUSR1']);
    world.child().errors('tcpdump: 1 packet captured, 7 packets dropped by kernel\n');
    expect(world.events.at(-1)).toBe('lost 7 at 101');
    expect(world.capture.counts()).toEqual({ packets: 1, counted: 1, dropped: {}, lost: 7, gaps: 0 });
  });

  it.each([
    [
      "tcpdump: eth0: You don't have permission to capture on that device",
      'capture.not-permitted',
      'setcap cap_net_raw',
    ],
    ['tcpdump: eth0: No such device exists', 'capture.no-source', 'there is no eth0'],
    ['tcpdump: something else', 'capture.failed', 'something else'],
  ])('is an error when the tool never captures: %s', async (said, code, message) => {
    const world = fakeWorld();
    const started = world.capture.start();
    world.child().errors(`${said}\n`);
    world.child().end({ code: 1, signal: null, problem: null });
    await expect(started).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
    expect(world.timers).toEqual([]);
  });

  it('starts a dead tool again, later each time, and loses what passes meanwhile', async () => {
    const world = fakeWorld();
    await world.begin();
    world.now = 105;
    world.child().output(packetAt(105).subarray(0, 20));
    world.child().end({ code: null, signal: 'SIGKILL', problem: null });
    expect(world.events.at(-1)).toBe('lost 1 at 105');
    world.now = 106;
    world.capture.tick();
    expect(world.events.at(-1)).toBe('lost 1 at 106');
    for (const delayMs of [250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      expect(world.timers.map((timer) => timer.delayMs)).toEqual([delayMs]);
      world.fire();
      world.child().errors('tcpdump: eth0: That device is not up\n');
      world.child().end({ code: 1, signal: null, problem: null });
    }
    world.fire();
    world.now = 120;
    world.child().output(PCAP_HEAD);
    world.child().output(packetAt(121));
    expect(world.events.slice(-2)).toEqual(['lost 1 at 120', 'packet 121']);
    expect(world.notes).toEqual([
      'tcpdump was ended by SIGKILL; it is started again until it captures',
      'capturing again after 15.0 s; what passed meanwhile is SKIPDATA',
    ]);
    // Healthy for long enough: the next outage begins with the short wait.
    world.now = 131;
    world.child().end({ code: 0, signal: null, problem: null });
    expect(world.timers.map((timer) => timer.delayMs)).toEqual([250]);
    expect(world.capture.counts()).toMatchObject({ packets: 1, counted: 1, lost: 0, gaps: 2 });
  });

  it('kills a tool whose output makes no sense', async () => {
    const world = fakeWorld();
    await world.begin();
    world.child().output(new Uint8Array(64).fill(255));
    expect(world.signals).toEqual(['SIGKILL']);
  });

  it('waits for packets on their way, then asks the tool to stop, then insists', async () => {
    const world = fakeWorld();
    await world.begin();
    const stopped = world.capture.stop();
    expect(world.signals).toEqual([]);
    world.child().output(packetAt(102));
    world.fire();
    expect(world.signals).toEqual(['SIGINT']);
    world.fire();
    expect(world.signals).toEqual(['SIGINT', 'SIGKILL']);
    world.child().output(packetAt(103));
    world.child().end({ code: 0, signal: null, problem: null });
    await stopped;
    expect(world.events.slice(-2)).toEqual(['packet 102', 'packet 103']);
    expect([world.notes, world.timers]).toEqual([[], []]);
    expect(world.capture.pid).toBeNull();
  });

  it('stops while it waits for the next start', async () => {
    const world = fakeWorld();
    await world.begin();
    world.child().end({ code: 1, signal: null, problem: null });
    await world.capture.stop();
    expect(world.timers).toEqual([]);
  });

  it('tells of a tool that died just before it was asked to stop', async () => {
    const world = fakeWorld();
    await world.begin();
    const stopped = world.capture.stop();
    world.child().end({ code: null, signal: 'SIGSEGV', problem: null });
    await stopped;
    expect(world.events.at(-1)).toBe('lost 1 at 100');
    expect([world.capture.counts().gaps, world.timers]).toEqual([1, []]);
  });
});

/** A capture in a world without processes and time. */
function fakeWorld() {
  const events: string[] = [];
  const notes: string[] = [];
  const signals: string[] = [];
  let timers: { readonly delayMs: number; readonly call: () => void }[] = [];
  let listener: ChildListener | null = null;
  const child = (): ChildListener => {
    if (listener === null) throw new Error('no tool was started');
    return listener;
  };
  const deps: LiveCaptureDeps = {
    startChild: (_path, _args, given) => {
      listener = given;
      return { pid: 4711, signal: (name) => signals.push(name) };
    },
    nowSeconds: () => world.now,
    after: (delayMs, call) => {
      const timer = { delayMs, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  };
  const sink = {
    add: (packet: { readonly seconds: number }) => events.push(`packet ${packet.seconds}`),
    lose: (loss: { readonly lost: number; readonly seconds: number }) =>
      events.push(`lost ${loss.lost} at ${loss.seconds}`),
    nameInterface: (index: number, name: string | null) => events.push(`name ${index} ${name}`),
  };
  const capture = new LiveCapture(ETH0, TCPDUMP, sink, (text) => notes.push(text), deps);
  const world = {
    now: 100,
    capture,
    events,
    notes,
    signals,
    child,
    get timers() {
      return timers;
    },
    /** Lets the only timer run out. */
    fire: () => {
      const [timer] = timers.splice(0, 1);
      timer?.call();
    },
    begin: async () => {
      const started = capture.start();
      child().output(PCAP_HEAD);
      await started;
    },
  };
  return world;
}
