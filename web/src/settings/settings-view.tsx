import { useState } from 'react';
import { goTo, hrefWith } from '../address.ts';
import { forgetToken, hasToken } from '../client.ts';
import { chooseDensity, useDensity } from '../density.ts';
import { Choice } from '../parts/choice.tsx';
import { forgetGridLayouts } from '../parts/grid-layout.ts';
import { forgetAsked, useAskedQueries, useSavedQueries } from '../query/saved.ts';
import { zoneNameOf } from '../query/zone-name.ts';
import { chooseTheme, useThemeChoice } from '../theme.ts';
import type { ViewProps } from '../view.ts';
import { KEYS } from './keys.ts';

const THEMES = [
  { name: 'auto', label: 'As the system' },
  { name: 'light', label: 'Light' },
  { name: 'dark', label: 'Dark' },
] as const;
const DENSITIES = [
  { name: 'dense', label: 'Dense' },
  { name: 'comfortable', label: 'Comfortable' },
] as const;

/** How the console looks in this browser, what this browser keeps, and every key. */
export function SettingsView({ address, zone }: ViewProps) {
  const zones = [
    { name: 'local', label: `Local (${zoneNameOf('local')})` },
    { name: 'utc', label: 'UTC' },
  ] as const;
  return (
    <div className="settings">
      <section>
        <h2 className="section-title">This browser</h2>
        <dl className="settings-list">
          <dt>Theme</dt>
          <dd>
            <Choice label="Theme" entries={THEMES} current={useThemeChoice()} onChoose={chooseTheme} />
          </dd>
          <dt>Rows of tables</dt>
          <dd>
            <Choice
              label="Rows of tables"
              entries={DENSITIES}
              current={useDensity()}
              onChoose={chooseDensity}
            />
          </dd>
          <dt>Times</dt>
          <dd>
            <Choice
              label="Times"
              entries={zones}
              current={zone}
              onChoose={(name) => goTo(hrefWith(address, { zone: name === 'utc' ? 'utc' : null }), 'replace')}
            />{' '}
            <span className="hint">part of the address, so that a link shows the same times</span>
          </dd>
        </dl>
        <Kept />
        <h2 className="section-title is-next">This Weir</h2>
        <p>
          Where the lake is, how much memory a query may take and who may ask is set where Weir runs:{' '}
          <code>weir config show</code> says each value and where it comes from. Everything on these pages
          comes from its HTTP API, described in <a href="/api/openapi.json">/api/openapi.json</a>.
        </p>
      </section>
      <section>
        <h2 className="section-title">Keys</h2>
        <table className="keys">
          <tbody>
            {KEYS.map(({ keys, does }) => (
              <tr key={does}>
                <th scope="row">
                  {keys.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

/** What this browser keeps, with the way to forget it. */
function Kept() {
  const saved = useSavedQueries().length;
  const asked = useAskedQueries().length;
  const [isForgotten, setIsForgotten] = useState(false);
  const [isGuarded, setIsGuarded] = useState(hasToken());
  return (
    <ul className="settings-kept">
      <li>
        {saved === 0 ? 'No saved queries' : saved === 1 ? 'One saved query' : `${saved} saved queries`}
        <span className="hint">exported and deleted under Query</span>
      </li>
      <li>
        {asked === 0 ? 'No queries' : asked === 1 ? 'One query' : `${asked} queries`} asked before
        <button type="button" className="text-button" disabled={asked === 0} onClick={forgetAsked}>
          Forget them
        </button>
      </li>
      <li>
        Order, width and choice of the columns of tables
        <button
          type="button"
          className="text-button"
          disabled={isForgotten}
          onClick={() => {
            forgetGridLayouts();
            setIsForgotten(true);
          }}
        >
          {isForgotten ? 'Forgotten' : 'Forget them'}
        </button>
      </li>
      {isGuarded ? (
        <li>
          The token of this Weir, for this tab
          <button
            type="button"
            className="text-button"
            onClick={() => {
              forgetToken();
              setIsGuarded(false);
            }}
          >
            Forget it
          </button>
        </li>
      ) : null}
    </ul>
  );
}
