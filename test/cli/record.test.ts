import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as build from '../support/packet-builder.ts';
import { runWeir, runWeirHere } from '../support/run-weir.ts';
import { temporaryDirectory } from '../support/temp-directory.ts';

const folder = temporaryDirectory();
const capture = join(folder, 'one.pcap');
const T = 1_700_000_040;

function udp(srcPort: number): build.CapturedFrame {
  const packet = build.ipv4(
    { src: '10.0.0.1', dst: '203.0.113.1', protocol: 17 },
    build.udp({ srcPort, dstPort: 9 }),
  );
  return { bytes: build.ethernet(packet), seconds: T };
}

writeFileSync(capture, build.pcap([udp(1), udp(1), udp(2)]));

describe('weir record', () => {
  it('prints records, and the totals for people', async () => {
    const run = await runWeir(['record', '--pcap', capture, '--format', 'srcaddr srcport packets bytes']);
    expect(run.stdout).toBe('srcaddr srcport packets bytes\n10.0.0.1 1 2 56\n10.0.0.1 2 1 28\n');
    expect(run.stderr).toContain('3 packets = 3 counted');
    expect(run.code).toBe(0);
  });

  it('prints the totals as one object when asked, and writes files', async () => {
    const out = join(folder, 'logs');
    const run = await runWeirHere(['record', '--pcap', capture, '--out', out, '-o', 'json']);
    expect(JSON.parse(run.stdout)).toEqual({
      packets: 3,
      counted: 3,
      dropped: {},
      records: 2,
      ok: 2,
      nodata: 0,
      skipdata: 0,
      seconds: expect.any(Number) as unknown,
    });
    expect(readFileSync(join(out, 'one.log'), 'utf8').split('\n')).toHaveLength(4);
  });

  it('takes several captures behind one option, and standard input', async () => {
    const run = await runWeirHere(['record', '--pcap', capture, capture, '-o', 'json']);
    expect(JSON.parse(run.stdout)).toMatchObject({ packets: 6, records: 4 });
    const script = `"${process.execPath}" --import tsx src/cli/main.ts record --pcap - -o json < "${capture}"`;
    const root = resolve(import.meta.dirname, '../..');
    expect(JSON.parse(execFileSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' }))).toMatchObject({
      packets: 3,
    });
  });

  it('stops quietly when nobody reads any more, and waits for whoever reads slowly', () => {
    const many = join(folder, 'many.pcap');
    writeFileSync(many, build.pcap(Array.from({ length: 30_000 }, (_, i) => udp(i))));
    const root = resolve(import.meta.dirname, '../..');
    const weir = `"${process.execPath}" --import tsx src/cli/main.ts record --quiet --pcap "${many}"`;
    const run = (script: string): string =>
      execFileSync('sh', ['-c', script], { cwd: root, encoding: 'utf8' });
    expect(run(`${weir} | head -n 2 | wc -l`).trim()).toBe('2');
    expect(run(`${weir} | (sleep 1; wc -l)`).trim()).toBe('30001');
  });

  it('says what it needs, with the exit code for it', async () => {
    const nothing = await runWeirHere(['record']);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining('--pcap FILE')]);
    const many = await runWeirHere(['record', '--pcap', capture, '--max-flows', 'lots']);
    expect([many.code, many.stderr]).toEqual([2, expect.stringContaining('--max-flows "lots"')]);
    const tags = await runWeirHere(['record', '--pcap', capture, '--tags', 'Name']);
    expect([tags.code, tags.stderr]).toEqual([2, expect.stringContaining('--tags "Name"')]);
    writeFileSync(join(folder, 'text.pcap'), 'no packets here');
    const text = await runWeirHere(['record', '--pcap', join(folder, 'text.pcap'), '-o', 'json']);
    expect([text.code, text.stderr]).toEqual([3, expect.stringContaining('neither pcap nor pcapng')]);
    const none = await runWeirHere(['record', '--pcap', join(folder, 'none.pcap')]);
    expect(none.code).toBe(3);
  });
});
