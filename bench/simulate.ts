/**
 * How many lines per second does the simulator make before compression, on one core?
 * Rates are per second of processor time, so that other work on the machine disturbs them little.
 * Yardstick in the same run: writing the same records with the record folder's own formatLine.
 *
 *   npx tsx bench/simulate.ts [--records 3000000]
 */
import { parseArgs } from 'node:util';
import {
  DEFAULT_FORMAT,
  type Field,
  type FlowRecord,
  formatLine,
  layoutOfFields,
  V5_FORMAT,
} from '../src/record/index.ts';
import { createSimulateConfig, Simulation, simulateRecords } from '../src/simulate/index.ts';

const { values } = parseArgs({ options: { records: { type: 'string' } } });
const records = Number(values.records ?? 3_000_000);
const YARDSTICK_RECORDS = 200_000;

report('version 2', DEFAULT_FORMAT);
report('version 5', V5_FORMAT);

function report(name: string, format: readonly Field[]): void {
  const rates = Array.from({ length: 3 }, () => simulatedRate(format));
  console.log(
    `${name}: ${rates.map(millions).join(', ')} lines/s; formatLine alone ${millions(formatRate(format))}; ` +
      `resident ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
}

/** Lines per processor second of the whole simulation: world, traffic, text, objects, truth. */
function simulatedRate(format: readonly Field[]): number {
  const config = createSimulateConfig({ seed: 'bench', size: { kind: 'records', records }, format });
  const begun = process.cpuUsage();
  let lines = 0;
  for (const object of new Simulation(config).play()) lines += object.lines;
  return lines / cpuSeconds(begun);
}

/** Lines per processor second of the plain writer on records that are there already. */
function formatRate(format: readonly Field[]): number {
  const layout = layoutOfFields(format);
  const config = createSimulateConfig({ size: { kind: 'records', records: YARDSTICK_RECORDS }, format });
  const ready: FlowRecord[] = Array.from(simulateRecords(config), ({ record }) => record);
  const begun = process.cpuUsage();
  let bytes = 0;
  for (const record of ready) bytes += formatLine(layout, record).length;
  const seconds = cpuSeconds(begun);
  return bytes > 0 ? ready.length / seconds : 0;
}

function cpuSeconds(begun: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1e6;
}

function millions(rate: number): string {
  return `${(rate / 1e6).toFixed(2)} M`;
}
