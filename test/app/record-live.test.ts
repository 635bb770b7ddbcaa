import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type LiveRecordDeps, recordLive } from '../../src/app/record-live.ts';
import { silentReporter } from '../../src/base/index.ts';
import type { ChildListener } from '../../src/capture/index.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';
import { PCAP_HEAD, packetAt } from '../support/tiny-capture.ts';

const directory = temporaryDirectory();
const START = 1_800_000_000;

describe('recordLive', () => {
  it('closes the windows of an idle interface by the clock, and claims no more than it watched', async () => {
    const world = fakeWorld(START + 10.5);
    const out = join(directory, 'idle');
    const [ended] = await world.record(out);
    world.pass(125);
    world.interrupt();
    const { result } = await ended;
    expect(result).toMatchObject({ packets: 0, records: 3, nodata: 3, skipdata: 0 });
    expect(linesIn(out)).toEqual([
      `${START + 10} ${START + 59} NODATA`,
      `${START + 60} ${START + 119} NODATA`,
      `${START + 120} ${START + 135} NODATA`,
    ]);
  });

  it('waits a moment for packets of a window that is over', async () => {
    const world = fakeWorld(START + 50);
    const out = join(directory, 'late');
    const [ended] = await world.record(out);
    world.pass(10.5);
    world.tool().output(packetAt(START + 59));
    world.pass(30);
    world.interrupt();
    await ended;
    expect(linesIn(out)).toEqual([`${START + 59} ${START + 59} OK`, `${START + 60} ${START + 90} NODATA`]);
  });

  it('marks every window in which the tool was away', async () => {
    const world = fakeWorld(START);
    const out = join(directory, 'gap');
    const [ended] = await world.record(out);
    world.tool().output(packetAt(START + 1));
    world.pass(30);
    world.tool().end({ code: null, signal: 'SIGKILL', problem: null });
    world.pass(100);
    world.tool().output(PCAP_HEAD);
    world.tool().output(packetAt(START + 131));
    world.pass(60);
    world.interrupt();
    const { result, remarks } = await ended;
    expect(linesIn(out)).toEqual([
      `${START + 1} ${START + 1} OK`,
      `${START + 1} ${START + 1} SKIPDATA`,
      `${START + 60} ${START + 119} SKIPDATA`,
      `${START + 131} ${START + 131} OK`,
      `${START + 131} ${START + 131} SKIPDATA`,
      `${START + 180} ${START + 190} NODATA`,
    ]);
    expect(result).toMatchObject({ packets: 2, counted: 2, ok: 2, nodata: 1, skipdata: 3 });
    expect(remarks).toEqual([{ capture: 'eth0', text: 'the capture was interrupted once' }]);
  });

  it('moves in a file when its five minutes are over', async () => {
    const world = fakeWorld(START);
    const out = join(directory, 'files');
    const [ended] = await world.record(out);
    world.pass(650);
    world.interrupt();
    await ended;
    const files = readdirSync(out).filter((name) => name.endsWith('.log'));
    expect(files.length).toBe(3);
    for (const name of files) expect(name).toMatch(/^eth0_20270115T08\d{4}Z\.log$/);
    expect(linesIn(out).length).toBe(11);
  });

  it('refuses what makes no sense before anything is started', async () => {
    const world = fakeWorld(START);
    const options = { out: null, reporter: silentReporter, signal: new AbortController().signal };
    await expect(recordLive({ ...options, interfaces: ['a', 'a'] }, world.deps)).rejects.toThrow(
      'given twice',
    );
    await expect(recordLive({ ...options, interfaces: ['a'], tool: 'sh' }, world.deps)).rejects.toThrow(
      '--capture-tool "sh"',
    );
    expect(() => world.tool()).toThrow('no tool');
  });

  it('ends with the reason when lines cannot be written', async () => {
    const world = fakeWorld(START);
    const [ended] = await world.record(1_000_000);
    world.pass(70);
    await new Promise(setImmediate);
    world.pass(1);
    await expect(ended).rejects.toMatchObject({ code: 'record.not-written' });
  });
});

/** A recording of `eth0` in a world without processes and time. */
function fakeWorld(startSeconds: number) {
  let now = startSeconds;
  let tick = (): void => {};
  let timers: { readonly at: number; readonly call: () => void }[] = [];
  let listener: ChildListener | null = null;
  let onChild = (): void => {};
  const whenStarted = new Promise<void>((resolve) => {
    onChild = resolve;
  });
  const interrupt = new AbortController();
  const tool = (): ChildListener => {
    if (listener === null) throw new Error('no tool was started');
    return listener;
  };
  const deps: LiveRecordDeps = {
    tools: { path: '/bin', isProgram: () => true },
    nowSeconds: () => now,
    startChild: (_path, _args, given) => {
      listener = given;
      onChild();
      return {
        pid: 1,
        signal: (name) => {
          if (name === 'SIGINT') given.end({ code: 0, signal: null, problem: null });
        },
      };
    },
    after: (delayMs, call) => {
      // Asked to stop, nothing is on its way.
      if (interrupt.signal.aborted) queueMicrotask(call);
      const timer = { at: now + delayMs / 1000, call };
      if (!interrupt.signal.aborted) timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
    every: (_intervalMs, call) => {
      tick = call;
      return () => {
        tick = () => {};
      };
    },
  };
  return {
    deps,
    tool,
    /** Starts to record; resolves when it captures, with the promise of the report. */
    record: async (out: string | number) => {
      let onStart = (): void => {};
      const started = new Promise<void>((resolve) => {
        onStart = resolve;
      });
      const format = 'start end log-status';
      const options = { interfaces: ['eth0'], out, format, reporter: silentReporter, onStart };
      const report = recordLive({ ...options, signal: interrupt.signal }, deps);
      await whenStarted;
      tool().output(PCAP_HEAD);
      await started;
      return [report] as const;
    },
    /** Lets time pass, a second at a time. */
    pass: (seconds: number) => {
      for (const end = now + seconds; now < end; ) {
        now = Math.min(now + 1, end);
        const due = timers.filter(({ at }) => at <= now);
        timers = timers.filter(({ at }) => at > now);
        for (const { call } of due) call();
        tick();
      }
    },
    interrupt: () => interrupt.abort(),
  };
}

function linesIn(out: string): readonly string[] {
  const files = readdirSync(out).filter((name) => name.endsWith('.log'));
  return files
    .toSorted()
    .flatMap((name) => readFileSync(join(out, name), 'utf8').trimEnd().split('\n').slice(1));
}
