import { get } from '../client.ts';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { scopeParameters, type ViewProps } from '../view.ts';
import { Figures } from './figures.tsx';
import type { ListRule } from './lists.ts';
import { TopList } from './top-list.tsx';
import { VolumePanel } from './volume-panel.tsx';

/** Figures, volume and top lists over the records that a view is about. */
export function ScopeView({ lists, ...view }: ViewProps & { readonly lists: readonly ListRule[] }) {
  const { range } = view;
  const parameters = { ...scopeParameters(view), bucketSeconds: range.bucketSeconds };
  const overview = useResource(JSON.stringify(parameters), (signal) =>
    get('/api/overview', parameters, signal),
  );
  const times = { ...range.asked, bucketSeconds: range.bucketSeconds };
  const coverage = useResource(JSON.stringify(times), (signal) => get('/api/coverage', times, signal));
  const { startSeconds, endSeconds, bucketSeconds } = range;
  const timesBefore = { from: 2 * startSeconds - endSeconds, to: startSeconds, bucketSeconds, limit: 0 };
  const before = useResource(
    overview.value === null || overview.value.previousTotals === null ? null : JSON.stringify(timesBefore),
    (signal) => get('/api/coverage', timesBefore, signal),
  );
  if (overview.problem !== null) return <ProblemNote problem={overview.problem} />;
  const isEmpty = overview.value !== null && !overview.isLoading && Number(overview.value.totals.flows) === 0;
  return (
    <>
      <Figures view={view} overview={overview.value} coverage={coverage.value} before={before.value} />
      <VolumePanel
        {...view}
        overview={overview.value}
        coverage={coverage.value}
        coverageBefore={before.value}
        isLoading={overview.isLoading}
      />
      {isEmpty ? (
        <NothingHere {...view} />
      ) : (
        <div className="top-lists">
          {lists.map((rule) => (
            <TopList key={rule.title} rule={rule} {...view} />
          ))}
        </div>
      )}
    </>
  );
}
