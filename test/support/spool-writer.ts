/**
 * A process that records into the spool named on its command line and prints the number of each block once the spool
 * has it. It delivers to the directory named second all the while, so that a kill finds both at work.
 */
import { writeSync } from 'node:fs';
import { block, objectsTarget, openBench, SLOT } from './delivery.ts';

const [, , spool = '', out = ''] = process.argv;
const { deliverer, clock } = await openBench(spool, { objectBytes: 20_000 });
const target = objectsTarget(out);
deliverer.setTargets([target]);
for (let n = 0; ; n++) {
  // A slot every twenty blocks, so that files are written as time goes by.
  const start = SLOT + n * 15;
  clock.nowMs = (start + 60) * 1000;
  deliverer.add(target.flowLogId, block(50, { start, firstPort: n * 50 }));
  tell(`${n}\n`);
  void deliverer.round();
  await new Promise((resolve) => setImmediate(resolve));
}

/** Out of the process before the next block is recorded; a full pipe is waited for. */
function tell(text: string): void {
  for (;;) {
    try {
      writeSync(1, text);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}
