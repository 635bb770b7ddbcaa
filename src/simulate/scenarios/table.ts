import { BEACON, EXFILTRATION_BURST, EXFILTRATION_DRIP } from './exfiltration.ts';
import { BLACKHOLE_ROUTE, BLOCK_PUBLIC_ACCESS, MTU_LOSS, NACL_RETURN_BLOCKED, TTL_LOSS } from './faults.ts';
import { SYN_FLOOD, UDP_REFLECTION } from './floods.ts';
import { LATERAL_MOVEMENT, SSH_BRUTE_FORCE } from './intrusion.ts';
import { PORT_SCAN, SLOW_SCAN } from './scans.ts';
import type { Scenario } from './scenario.ts';

/** Every scenario. The reference page `docs/reference/scenarios.md` is generated from this table. */
export const SCENARIOS: readonly Scenario[] = [
  PORT_SCAN,
  SLOW_SCAN,
  SSH_BRUTE_FORCE,
  BEACON,
  EXFILTRATION_BURST,
  EXFILTRATION_DRIP,
  LATERAL_MOVEMENT,
  SYN_FLOOD,
  UDP_REFLECTION,
  NACL_RETURN_BLOCKED,
  BLOCK_PUBLIC_ACCESS,
  BLACKHOLE_ROUTE,
  MTU_LOSS,
  TTL_LOSS,
];

/** The scenario of a name, undefined when there is none. */
export function scenarioByName(name: string): Scenario | undefined {
  return SCENARIOS.find((scenario) => scenario.name === name);
}
