import { post } from '../client.ts';
import { readFilter } from '../filter.ts';
import { formatTimestamp } from '../format.ts';
import type { ListRule } from '../overview/lists.ts';
import { ScopeView } from '../overview/scope-view.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';
import { type EntityKind, entityAt } from './entity-link.ts';
import { listsFor } from './entity-lists.ts';

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
  const base = `${FIELDS[entity.kind]} = ${quoted(entity.value)}`;
  const [problem] = readFilter(base).problems;
  if (problem !== undefined) {
    return (
      <section className="empty">
        <h2>
          This is no {entity.kind}: <span className="code">{entity.value}</span>
        </h2>
        <p>{problem.message}</p>
      </section>
    );
  }
  const lists: readonly ListRule[] = listsFor(entity.kind, quoted(entity.value));
  return (
    <>
      <header className="entity">
        <p>{NAMES[entity.kind]}</p>
        <h2 className="code">{entity.value}</h2>
        <Seen base={base} view={view} />
      </header>
      <ScopeView key={base} {...view} base={base} lists={lists} />
    </>
  );
}

/** First and last seen over the whole lake, whatever range is on screen. */
function Seen({ base, view }: { readonly base: string; readonly view: ViewProps }) {
  const body = { where: base, measures: ['first_seen', 'last_seen'] };
  const seen = useResource(JSON.stringify(body), (signal) => post('/api/query', body, signal));
  if (seen.problem !== null) return <ProblemNote problem={seen.problem} />;
  const [row] = seen.value?.rows ?? [];
  const at = (name: string): number | null => {
    const value = row?.[seen.value?.columns.findIndex((column) => column.name === name) ?? -1];
    return typeof value === 'number' ? value : null;
  };
  const [first, last] = [at('first_seen'), at('last_seen')];
  if (seen.value === null) return <p className="pending">…</p>;
  if (first === null || last === null) return <p>Never seen in this lake</p>;
  return (
    <p>
      First seen <b className="number">{formatTimestamp(first, view.zone)}</b>, last seen{' '}
      <b className="number">{formatTimestamp(last, view.zone)}</b>, over the whole lake
    </p>
  );
}

/** Only letters, digits and the marks of addresses and ids stand without quotes in a filter. */
function quoted(value: string): string {
  return /^[\w.:-]+$/.test(value) ? value : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
