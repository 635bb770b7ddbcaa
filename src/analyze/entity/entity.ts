import type { JsonValue } from '../../engine/index.ts';
import { and, type Explanation, type Expression, isByAddress, planOf } from '../../query/index.ts';
import { type Count, countOf } from '../count.ts';
import type { AnalyzeDeps } from '../deps.ts';
import { explainOnLake, runPlan } from '../run-plan.ts';
import type { TimeRange } from '../time-range.ts';
import type { Measure, TopSums } from '../top.ts';
import { type Entity, entityCondition } from './entity-kind.ts';
import { ENTITY_LISTS, type EntityListName, listsSql } from './entity-lists.ts';

export interface EntityQuestion {
  readonly entity: Entity;
  readonly range: TimeRange;
  /** Which of its records count, beside those that name it; all when absent. */
  readonly filter?: Expression;
  /** Lists are ranked by this, those of rejects aside. */
  readonly by: Measure;
  /** Rows of each list before its rest. */
  readonly limit: number;
}

/** A top list of the entity's records: `rows` + `other` make everything that belongs into the list. */
export interface EntityList {
  readonly name: EntityListName;
  readonly fields: readonly string[];
  readonly measure: Measure;
  readonly rows: readonly { readonly values: readonly JsonValue[]; readonly sums: TopSums }[];
  readonly other: TopSums | null;
  readonly total: TopSums;
}

/** Where an interface that holds the entity stands, as the records of that interface say. */
export interface EntityPlace {
  readonly address: string | null;
  readonly interfaceId: string | null;
  readonly instanceId: string | null;
  readonly subnetId: string | null;
  readonly vpcId: string | null;
  readonly accountId: string | null;
  readonly flows: Count;
}

/** Everything that the records of a range say of one thing. */
export interface EntityAnswer {
  /** Sums of its records, and of those it sent and received where a side can be told. */
  readonly total: TopSums;
  readonly sent: TopSums;
  readonly received: TopSums;
  /** Records in which it serves, in which it asks, and in which neither can be told. For a port: as service or not. */
  readonly roles: { readonly server: TopSums; readonly client: TopSums; readonly unknown: TopSums };
  readonly places: readonly EntityPlace[];
  readonly lists: readonly EntityList[];
  readonly explanation: Explanation;
  readonly seconds: number;
}

/** First and last seen, Unix seconds; null for what is not in the lake at all. */
export interface EntitySeen {
  readonly firstSeconds: number | null;
  readonly lastSeconds: number | null;
}

const COLUMNS: readonly string[] = [
  'srcaddr',
  'dstaddr',
  'srcport',
  'dstport',
  'protocol',
  'action',
  'direction',
  'svc_port',
  'interface_id',
  'instance_id',
  'subnet_id',
  'vpc_id',
  'account_id',
  'bytes',
  'packets',
];
const PLACES = 8;
const NOTHING: TopSums = { bytes: 0, packets: 0, flows: 0, rejects: 0 };

/** When the entity was seen first and last, over the whole lake. Cost: one statement on the smallest table that knows. */
export async function entitySeen(deps: AnalyzeDeps, entity: Entity): Promise<EntitySeen> {
  const answer = await runPlan(
    deps,
    planOf({ filter: entityCondition(entity), measures: ['first_seen', 'last_seen'] }),
  );
  const [first, last] = answer.rows[0] ?? [];
  const seconds = (value: JsonValue | undefined): number | null => (typeof value === 'number' ? value : null);
  return { firstSeconds: seconds(first), lastSeconds: seconds(last) };
}

/**
 * Totals, roles, places and all lists of an entity in one pass over its records.
 *
 * Errors: `analyze.bad-entity`, those of the engine. Cost: one statement; it reads the records that name the entity once.
 */
export async function runEntity(deps: AnalyzeDeps, question: EntityQuestion): Promise<EntityAnswer> {
  const { entity, range, filter, by, limit } = question;
  const named = entityCondition(entity);
  const plan = planOf({
    time: range,
    statuses: 'ok',
    filter: filter === undefined ? named : and([named, filter]),
    columns: COLUMNS,
  });
  const explanation = await explainOnLake(deps, plan);
  const { sql, parameters } = explanation.compiled;
  const frame = await deps.session.query(listsSql(sql, entity, by, limit, PLACES), {
    ...deps.limits,
    parameters,
    isPruned: isByAddress(plan.filter),
  });
  const part = (name: string) => frame.rows.filter((row) => row[0] === name);
  const sums = (name: string, key: string): TopSums =>
    sumsAt(part(name).find((row) => row[1] === key) ?? null);
  return {
    total: sums('total', 'all'),
    sent: sums('side', 'sent'),
    received: sums('side', 'received'),
    roles: {
      server: sums('role', 'server'),
      client: sums('role', 'client'),
      unknown: sums('role', 'unknown'),
    },
    places: part('place').map(placeOf),
    lists: ENTITY_LISTS.filter((list) => list.kinds.includes(entity.kind)).map((list) => {
      const rows = part(list.name);
      const listed = rows.filter((row) => row[2] !== 0);
      const rest = rows.find((row) => row[2] === 0);
      return {
        name: list.name,
        fields: list.fields,
        measure: list.isRejected ? 'rejects' : by,
        rows: listed.map((row) => ({
          values: list.fields.map((field, index) => valueOf(field, row[3 + index] ?? null)),
          sums: sumsAt(row),
        })),
        other: rest === undefined ? null : sumsAt(rest),
        total: rows.map(sumsAt).reduce(added, NOTHING),
      };
    }),
    explanation,
    seconds: frame.seconds,
  };
}

function placeOf(row: readonly JsonValue[]): EntityPlace {
  const [address, interfaceId, instanceId, subnetId, vpcId, accountId] = row
    .slice(3, 9)
    .map((cell) => (typeof cell === 'string' ? cell : null));
  return {
    address: address ?? null,
    interfaceId: interfaceId ?? null,
    instanceId: instanceId ?? null,
    subnetId: subnetId ?? null,
    vpcId: vpcId ?? null,
    accountId: accountId ?? null,
    flows: sumsAt(row).flows,
  };
}

/** Values travel as text, since one column holds those of many fields. */
function valueOf(field: string, cell: JsonValue): JsonValue {
  return typeof cell === 'string' && (field.endsWith('port') || field === 'protocol') ? Number(cell) : cell;
}

function sumsAt(row: readonly JsonValue[] | null): TopSums {
  const [bytes, packets, flows, rejects] = (row ?? []).slice(9).map(countOf);
  return { bytes: bytes ?? 0, packets: packets ?? 0, flows: flows ?? 0, rejects: rejects ?? 0 };
}

function added(a: TopSums, b: TopSums): TopSums {
  const sum = (one: Count, other: Count): Count => {
    const exact = BigInt(one) + BigInt(other);
    return Number.isSafeInteger(Number(exact)) ? Number(exact) : exact.toString();
  };
  return {
    bytes: sum(a.bytes, b.bytes),
    packets: sum(a.packets, b.packets),
    flows: sum(a.flows, b.flows),
    rejects: sum(a.rejects, b.rejects),
  };
}
