import { get } from '../client.ts';
import { NothingHere } from '../parts/nothing-here.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { rangeParameters } from '../time-range.ts';
import { scopeParameters, type ViewProps } from '../view.ts';
import { Figures } from './figures.tsx';
import { LISTS } from './lists.ts';
import { TopList } from './top-list.tsx';
import { VolumePanel } from './volume-panel.tsx';

/** The first look: how much, when, who, on which ports, what was rejected, and whether anybody was looking. */
export function OverviewView(view: ViewProps) {
  const { address, range } = view;
  const parameters = { ...scopeParameters(range, address), bucketSeconds: range.bucketSeconds };
  const overview = useResource(JSON.stringify(parameters), (signal) =>
    get('/api/overview', parameters, signal),
  );
  const times = { ...rangeParameters(range), bucketSeconds: range.bucketSeconds };
  const coverage = useResource(JSON.stringify(times), (signal) => get('/api/coverage', times, signal));
  if (overview.problem !== null) return <ProblemNote problem={overview.problem} />;
  const isEmpty = overview.value !== null && !overview.isLoading && Number(overview.value.totals.flows) === 0;
  return (
    <>
      <Figures overview={overview.value} coverage={coverage.value} />
      <VolumePanel
        {...view}
        overview={overview.value}
        coverage={coverage.value}
        isLoading={overview.isLoading}
      />
      {isEmpty ? (
        <NothingHere {...view} />
      ) : (
        <div className="top-lists">
          {LISTS.map((rule) => (
            <TopList key={rule.title} rule={rule} {...view} />
          ))}
        </div>
      )}
    </>
  );
}
