import { lazy, Suspense, useEffect, useState } from 'react';
import type { LakeState } from '../../src/api/index.ts';
import { goTo, hrefWith, useAddress } from './address.ts';
import { watch } from './client.ts';
import { FilterChips } from './frame/filter-chips.tsx';
import { Rail } from './frame/rail.tsx';
import { useShortcuts } from './frame/shortcuts.ts';
import { TopBar } from './frame/top-bar.tsx';
import { EmptyLake } from './parts/empty-lake.tsx';
import { ProblemNote } from './parts/problem-note.tsx';
import { TokenForm } from './parts/token-form.tsx';
import { PLACES, viewAt } from './places.tsx';
import { RecordsDrawer } from './records/records-drawer.tsx';
import { useWatched } from './resource.ts';
import { rangeOf, zoneOf } from './time-range.ts';
import { ViewGuard } from './view-guard.tsx';

// It reads plain questions, whose grammar is large: it comes right after the first view.
const Palette = lazy(async () => ({ default: (await import('./palette/palette.tsx')).Palette }));
const NoRecords = lazy(async () => ({ default: (await import('./lake/no-records.tsx')).NoRecords }));

/** The console: the frame, and in it the view that the address names. */
export function App() {
  const address = useAddress();
  const [round, setRound] = useState(0);
  const lake = useWatched<LakeState>(`lake ${round}`, (onValue, signal) =>
    watch('/api/lake', onValue, signal),
  );
  const zone = zoneOf(address);
  const range = lake.value === null ? null : rangeOf(address, lake.value);
  const onZone = (): void => goTo(hrefWith(address, { zone: zone === 'utc' ? null : 'utc' }), 'replace');
  useShortcuts(address, range, onZone);
  const found = viewAt(address.path);
  const View = found?.view ?? null;
  const title = `${found?.name ?? 'No such page'} · Weir`;
  useEffect(() => {
    document.title = title;
  }, [title]);
  if (lake.problem?.status === 401 || lake.problem?.status === 429) {
    return <TokenForm detail={lake.problem.detail} onToken={() => setRound(round + 1)} />;
  }
  return (
    <div className="frame">
      <a className="skip-link" href="#main">
        Skip to the page
      </a>
      <Rail address={address} places={PLACES} />
      <ViewGuard of="commands" isSpare>
        <Suspense fallback={null}>
          <Palette address={address} places={PLACES} />
        </Suspense>
      </ViewGuard>
      <div className="page">
        {lake.value === null ? (
          <header className="top-bar" />
        ) : (
          <TopBar address={address} lake={lake.value} range={range} zone={zone} onZone={onZone} />
        )}
        <main id="main" tabIndex={-1}>
          {lake.problem === null ? null : <ProblemNote problem={lake.problem} />}
          {range === null ? null : <FilterChips address={address} />}
          {lake.value === null ? null : range === null ? (
            lake.value.isEmpty ? (
              <EmptyLake />
            ) : (
              <Suspense fallback={<div className="view-placeholder" aria-busy="true" />}>
                <NoRecords address={address} lake={lake.value} zone={zone} />
              </Suspense>
            )
          ) : View === null ? (
            <section className="empty">
              <h1>There is no such page</h1>
              <p>
                Nothing of the console has the address <code>{address.path}</code>. The places on the left are
                all there are.
              </p>
            </section>
          ) : (
            <>
              <h1 className="visually-hidden">{found?.name}</h1>
              <ViewGuard of={address.path}>
                <Suspense fallback={<div className="view-placeholder" aria-busy="true" />}>
                  <View address={address} lake={lake.value} range={range} zone={zone} base="" />
                </Suspense>
              </ViewGuard>
            </>
          )}
        </main>
        {lake.value === null || range === null || address.parameters['records'] === undefined ? null : (
          <RecordsDrawer address={address} lake={lake.value} range={range} zone={zone} base="" />
        )}
      </div>
    </div>
  );
}
