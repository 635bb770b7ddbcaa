import type { LakeState } from '../../../src/api/index.ts';
import type { Address } from '../address.ts';
import type { Zone } from '../format.ts';
import { chooseTheme, type ThemeChoice, useThemeChoice } from '../theme.ts';
import type { ViewRange } from '../time-range.ts';
import { FilterBar } from './filter-bar.tsx';
import { ICONS } from './icons.tsx';
import { LakeStatus } from './lake-status.tsx';
import { TimeControl } from './time-control.tsx';

const NEXT: Readonly<Record<ThemeChoice, ThemeChoice>> = { auto: 'light', light: 'dark', dark: 'auto' };
const THEME_ICONS = { auto: ICONS.auto, light: ICONS.sun, dark: ICONS.moon };

/** What every view has above it: range, filter, zone, theme, and the state of the lake. */
export function TopBar(props: {
  readonly address: Address;
  readonly lake: LakeState;
  readonly range: ViewRange | null;
  readonly zone: Zone;
  readonly onZone: () => void;
}) {
  const { address, lake, range, zone, onZone } = props;
  const theme = useThemeChoice();
  return (
    <header className="top-bar">
      {range === null ? null : <TimeControl address={address} range={range} zone={zone} />}
      {range === null ? <span className="spring" /> : <FilterBar address={address} range={range} />}
      <LakeStatus lake={lake} zone={zone} />
      <button
        type="button"
        className="icon-button zone-button"
        title="Local time or UTC ( u )"
        onClick={onZone}
      >
        {zone === 'utc' ? 'UTC' : 'Local'}
      </button>
      <button
        type="button"
        className="icon-button wide-only"
        title={`Theme: ${theme}`}
        aria-label={`Theme: ${theme}`}
        onClick={() => chooseTheme(NEXT[theme])}
      >
        {THEME_ICONS[theme]}
      </button>
    </header>
  );
}
