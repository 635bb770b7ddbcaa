import type { EntityFacts } from '../../../src/api/index.ts';
import { get } from '../client.ts';
import { joinFilters, readFilter } from '../filter.ts';
import { formatQuantity, formatTimestamp } from '../format.ts';
import { ScopeView } from '../overview/scope-view.tsx';
import { TopTable } from '../overview/top-list.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { rangeParameters } from '../time-range.ts';
import { MEASURE_NAMES, measureOf, type ViewProps } from '../view.ts';
import { knownName, Places, Roles, Seen } from './entity-facts.tsx';
import { type EntityKind, entityAt } from './entity-link.ts';
import { ruleOf } from './entity-lists.ts';

/** How the filter language names each kind of thing. */
const FIELDS: Readonly<Record<EntityKind, string>> = {
  address: 'ip',
  interface: 'interface_id',
  instance: 'instance_id',
  port: 'port',
};

const NAMES: Readonly<Record<EntityKind, string>> = {
  address: 'Address',
  interface: 'Interface',
  instance: 'Instance',
  port: 'Port',
};

/** Everything about one address, interface, instance or port: when it was seen, and with whom it talked. */
export function EntityView(view: ViewProps) {
  const entity = entityAt(view.address.path);
  if (entity === null) return null;
  const { kind, value } = entity;
  const base = `${FIELDS[kind]} = ${quoted(value)}`;
  const [problem] = readFilter(base).problems;
  if (problem !== undefined) {
    return (
      <section className="empty">
        <h2>
          This is no {kind}: <span className="code">{value}</span>
        </h2>
        <p>{problem.message}</p>
      </section>
    );
  }
  return <EntityPage key={base} kind={kind} value={value} base={base} view={view} />;
}

function EntityPage(props: {
  readonly kind: EntityKind;
  readonly value: string;
  readonly base: string;
  readonly view: ViewProps;
}) {
  const { kind, value, base, view } = props;
  const parameters = {
    ...rangeParameters(view.range),
    where: view.address.parameters['where'],
    kind,
    value,
    measure: measureOf(view.address),
  };
  const facts = useResource(JSON.stringify(parameters), (signal) => get('/api/entity', parameters, signal));
  const name = knownName(kind, value);
  const isUnseen = facts.value !== null && facts.value.firstSeconds === null;
  return (
    <>
      <header className="entity" aria-busy={facts.isLoading}>
        <p>{NAMES[kind]}</p>
        <h2>
          <span className="code">{value}</span> {name === null ? null : <span className="note">{name}</span>}
        </h2>
        {facts.value === null ? (
          <p className="pending">…</p>
        ) : (
          <>
            <Seen facts={facts.value} view={view} />
            <Roles facts={facts.value} kind={kind} value={value} view={{ ...view, base }} />
          </>
        )}
      </header>
      {facts.problem === null ? null : <ProblemNote problem={facts.problem} />}
      {isUnseen ? (
        <Unseen kind={kind} view={view} />
      ) : (
        <>
          <ScopeView {...view} base={base} lists={[]} />
          {facts.value === null ? null : (
            <Lists facts={facts.value} isLoading={facts.isLoading} {...{ kind, value, base, view }} />
          )}
        </>
      )}
    </>
  );
}

function Lists(props: {
  readonly facts: EntityFacts;
  readonly isLoading: boolean;
  readonly kind: EntityKind;
  readonly value: string;
  readonly base: string;
  readonly view: ViewProps;
}) {
  const { facts, isLoading, kind, value, base, view } = props;
  if (Number(facts.total.flows) === 0) return null;
  const where = joinFilters(base, view.address.parameters['where'] ?? '');
  return (
    <>
      <Places facts={facts} kind={kind} view={{ ...view, base }} />
      <div className="top-lists" aria-busy={isLoading}>
        {facts.lists.map((list) => {
          const rule = ruleOf(list, kind, quoted(value));
          const narrowed = joinFilters(rule.where ?? '', where);
          return (
            <section key={list.name} className="top-list">
              <h2>
                {rule.title}
                <span className="by">{MEASURE_NAMES[list.measure].toLowerCase()}</span>
              </h2>
              <TopTable
                answer={{ ...list, range: facts.range, explain: facts.explain }}
                rule={rule}
                measure={list.measure}
                view={{ ...view, base }}
                where={rule.isRejected === true ? joinFilters('action = REJECT', narrowed) : narrowed}
              />
            </section>
          );
        })}
      </div>
    </>
  );
}

/** What the page of something says that no record names. */
function Unseen({ kind, view }: { readonly kind: EntityKind; readonly view: ViewProps }) {
  const { firstSeconds, lastSeconds, ok } = view.lake;
  return (
    <section className="empty">
      <p>
        None of the {formatQuantity(ok, 'count').exact} records with traffic names this {kind}.
        {firstSeconds === null || lastSeconds === null
          ? null
          : ` They reach from ${formatTimestamp(firstSeconds, view.zone)} to ${formatTimestamp(lastSeconds, view.zone)}.`}
      </p>
      <p>
        Whether anybody was looking is another question: the lake page shows which interfaces were watched,
        and when.
      </p>
    </section>
  );
}

/** Only letters, digits and the marks of addresses and ids stand without quotes in a filter. */
function quoted(value: string): string {
  return /^[\w.:-]+$/.test(value) ? value : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
