import { DEFAULT_FORMAT, type Field, fieldsOf, type Layout, layoutOfFields } from '../../record/index.ts';
import { columnOf, type LineGroup } from './column-evidence.ts';

/** Fields whose values tell them apart from all others, wherever they stand. */
const DISTINCT: ReadonlySet<string> = new Set([
  'vpc-id',
  'subnet-id',
  'instance-id',
  'type',
  'region',
  'az-id',
  'flow-direction',
  'resource-id',
  'ecs-cluster-arn',
  'ecs-container-instance-arn',
  'ecs-task-definition-arn',
  'ecs-task-arn',
]);

/** Flags that occur, above the range of every other small number: SYN-ACK and what may come with it. */
const FLAG_VALUES = /^(?:18|19|22|23)$/;

/**
 * Reads lines as the default format with further fields behind it, in any order: the usual way to extend a format by
 * hand. Every further column must tell by itself what it is; one reading at most.
 */
export function appendedFields(group: LineGroup): readonly Layout[] {
  const base = DEFAULT_FORMAT.length;
  if (group.width <= base) return [];
  const extras: Field[] = [];
  for (let column = base; column < group.width; column++) {
    const field = fieldAt(group, column);
    if (field === null || extras.includes(field)) return [];
    extras.push(field);
  }
  return [layoutOfFields([...DEFAULT_FORMAT, ...extras])];
}

function fieldAt(group: LineGroup, column: number): Field | null {
  const suiting = fieldsOf('vpc').filter(
    (field) => group.fits(field, column).includes('strong') && group.shareOf(field, column) >= 0.9,
  );
  const distinct = suiting.filter((field) => DISTINCT.has(field.name));
  if (distinct.length === 1) return distinct[0] ?? null;
  if (suiting.some((field) => field.shape === 'address')) return packetAddress(group, column);
  const isFlags = group.lines.some((_, line) => FLAG_VALUES.test(group.token(line, column)));
  return isFlags ? fieldNamed('tcp-flags', group, column) : null;
}

/** Packet addresses equal those of the record in most lines: that tells source from destination. */
function packetAddress(group: LineGroup, column: number): Field | null {
  const layout = layoutOfFields(DEFAULT_FORMAT);
  const [source, target] = [columnOf(layout, 'srcaddr'), columnOf(layout, 'dstaddr')];
  let [asSource, asTarget] = [0, 0];
  for (let line = 0; line < group.lines.length; line++) {
    const value = group.token(line, column);
    if (value === '-') continue;
    if (value === group.token(line, source)) asSource++;
    if (value === group.token(line, target)) asTarget++;
  }
  if (asSource > 2 * asTarget) return fieldNamed('pkt-srcaddr', group, column);
  return asTarget > 2 * asSource ? fieldNamed('pkt-dstaddr', group, column) : null;
}

function fieldNamed(name: string, group: LineGroup, column: number): Field | null {
  const field = fieldsOf('vpc').find((entry) => entry.name === name);
  return field !== undefined && group.shareOf(field, column) >= 0.9 ? field : null;
}
