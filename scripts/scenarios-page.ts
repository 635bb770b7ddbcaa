/** The page docs/reference/scenarios.md, from the scenario table of the simulator. */
import { formatDuration } from '../src/base/index.ts';
import { SCENARIOS, type Scenario } from '../src/simulate/index.ts';

/** The whole page as Markdown. */
export function scenariosPage(): string {
  const rows = SCENARIOS.map(
    (scenario) =>
      `| [${scenario.name}](#${scenario.name}) | ${scenario.kind} | ${formatDuration(scenario.durationSeconds)} | ${seenIn(scenario)} | ${versions(scenario)} | ${scenario.techniques.join(', ') || '-'} |`,
  );
  return [
    '# Scenarios of `weir simulate`',
    '',
    'Generated from the table in `src/simulate/scenarios/table.ts`; do not edit. How to play them:',
    '[Make flow logs to try things on](../how-to/simulate.md).',
    '',
    'Each scenario adds its records to the background of an ordinary site. Every line that it makes is named in a truth',
    'file with its scenario and role; lines that are not named are background. The IPv6 form uses the same script with',
    'IPv6 addresses; where the IPv4 form goes through a NAT gateway, the IPv6 form goes straight out.',
    '',
    '| Scenario | Kind | Lasts | Seen in flow logs of | IP versions | ATT&CK |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
    ...SCENARIOS.flatMap(section),
    '',
  ].join('\n');
}

function section(scenario: Scenario): readonly string[] {
  return [
    '',
    `## ${scenario.name}`,
    '',
    `${scenario.title}. ${scenario.summary}`,
    '',
    '| Role | Records |',
    '| --- | --- |',
    ...Object.entries(scenario.roles).map(([role, meaning]) => `| \`${role}\` | ${meaning} |`),
  ];
}

function seenIn(scenario: Scenario): string {
  return scenario.seenIn.map((kind) => (kind === 'vpc' ? 'VPC' : 'transit gateway')).join(', ');
}

function versions(scenario: Scenario): string {
  return scenario.ipVersions.map((version) => `IPv${version}`).join(', ');
}
