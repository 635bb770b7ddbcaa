import { gzipSync } from 'node:zlib';
import { DEFAULT_FORMAT, V5_FORMAT } from '../../src/record/index.ts';
import { createSimulateConfig, Simulation, simulateObjects } from '../../src/simulate/index.ts';

/** One made object: its file name and its bytes. */
export interface MadeObject {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a lake must say once it has every made object, and only once. */
export interface MadeTruth {
  readonly objects: number;
  readonly lines: number;
  readonly ok: number;
  readonly nodata: number;
  readonly skipdata: number;
  readonly malformed: number;
  readonly packets: number;
  readonly bytes: number;
}

/** Objects and their truth. */
export interface MadeSource {
  readonly objects: readonly MadeObject[];
  readonly truth: MadeTruth;
}

/** Lines that are no records, put into every fifth object. */
const RUBBISH = ['not a flow log', '2 123456789010 eni-1 10.0.0.1 - - - six'];

/**
 * About `objects` gzip objects of `lines` lines each from the simulator: version 2, version 5 and transit gateway records in
 * turn, over two days, and malformed lines in every fifth. The truth is the simulator's own, not a reader's.
 */
export async function makeSource(seed: string, objects: number, lines: number): Promise<MadeSource> {
  const made: MadeObject[] = [];
  const truth = { objects: 0, lines: 0, ok: 0, nodata: 0, skipdata: 0, malformed: 0, packets: 0, bytes: 0 };
  const third = Math.ceil(objects / 3);
  const kinds = [
    { name: 'v2', more: { format: DEFAULT_FORMAT } },
    { name: 'v5', more: { format: V5_FORMAT } },
    { name: 'tgw', more: { recordKind: 'tgw' as const } },
  ];
  for (const { name, more } of kinds) {
    const simulation = new Simulation(
      createSimulateConfig({
        seed: `${seed}/${name}`,
        size: { kind: 'objects', objects: third, lines },
        // From eleven in the evening to one: two days, and little time without traffic.
        startSeconds: 1_767_654_000,
        spanSeconds: 7200,
        layout: 'flat',
        gzipLevel: 0,
        ...more,
      }),
    );
    for await (const object of simulateObjects(simulation)) {
      const isSpoilt = made.length % 5 === 0;
      const text = Buffer.from(object.bytes).toString();
      const whole = isSpoilt ? `${text}${RUBBISH.join('\n')}\n` : text;
      made.push({
        name: `${name}-${object.key.replaceAll('/', '-')}.gz`,
        bytes: gzipSync(whole, { level: 1 }),
      });
      if (isSpoilt) truth.malformed += RUBBISH.length;
    }
    const part = simulation.truth();
    for (const key of ['ok', 'nodata', 'skipdata', 'packets', 'bytes'] as const) truth[key] += part[key];
  }
  truth.objects = made.length;
  truth.lines = truth.ok + truth.nodata + truth.skipdata + truth.malformed;
  return { objects: made, truth };
}
