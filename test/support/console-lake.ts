import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ingest } from '../../src/app/ingest.ts';
import { silentReporter } from '../../src/base/index.ts';
import { type SimulateConfig, Simulation, sampleConfig, simulateObjects } from '../../src/simulate/index.ts';

/** The present of tests over the console's lake: its records end just before. */
export const CONSOLE_NOW_SECONDS = Date.UTC(2026, 2, 14, 12, 0, 0) / 1000;

/**
 * Simulates flow logs into `directory/logs` and ingests them into `directory/lake` the way a person does. Gives the
 * lake's path. Cost: a few seconds for the default of one simulated day.
 */
export async function writeConsoleLake(
  directory: string,
  changes: Partial<SimulateConfig> = {},
): Promise<string> {
  const config: SimulateConfig = { ...sampleConfig(CONSOLE_NOW_SECONDS), ...changes };
  const logs = join(directory, 'logs');
  for await (const object of simulateObjects(new Simulation(config))) {
    const path = join(logs, object.key);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, object.bytes);
  }
  const lake = join(directory, 'lake');
  await ingest({ sources: [logs], lake, reporter: silentReporter });
  return lake;
}
