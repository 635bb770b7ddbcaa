import { formatNumberOf } from '../format.ts';
import type { ViewProps } from '../view.ts';
import { LedgerList, MalformedList } from './ledger.tsx';

/** What the console says when objects were ingested and none of them held a record: which they were, and why. */
export function NoRecords(props: Pick<ViewProps, 'address' | 'lake' | 'zone'>) {
  const { lake } = props;
  return (
    <>
      <section className="empty">
        <h1>No records yet</h1>
        <p>
          {formatNumberOf(lake.objects, 'object')} {Number(lake.objects) === 1 ? 'was' : 'were'} read, with{' '}
          {formatNumberOf(lake.lines, 'line')} in all, and none of them is a record. The ledger says why; a
          layout that Weir cannot tell can be given:
        </p>
        <pre>
          <code>./weir ingest their-logs/ --format '$&#123;version&#125; $&#123;account-id&#125; …'</code>
        </pre>
      </section>
      <LedgerList {...props} />
      <MalformedList {...props} />
    </>
  );
}
