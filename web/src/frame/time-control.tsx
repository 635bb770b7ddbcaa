import { useRef, useState } from 'react';
import { parseTimeSeconds } from '../../../src/base/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import { formatTimestamp, type Zone } from '../format.ts';
import { Popover } from '../parts/popover.tsx';
import {
  formatRange,
  PRESETS,
  rangeChanges,
  shiftedChanges,
  type ViewRange,
  widenedChanges,
} from '../time-range.ts';
import { ICONS } from './icons.tsx';

/** The time range: what it is, presets, exact moments, and buttons that move it. */
export function TimeControl(props: {
  readonly address: Address;
  readonly range: ViewRange;
  readonly zone: Zone;
}) {
  const { address, range, zone } = props;
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const go = (changes: Parameters<typeof hrefWith>[1]): void => goTo(hrefWith(address, changes));
  const label = range.label(zone);
  const exact = formatRange(range.startSeconds, range.endSeconds, zone);
  return (
    <div className="time-control" role="group" aria-label="Time range">
      <button
        type="button"
        className="icon-button"
        title="Earlier ( [ )"
        aria-label="Earlier"
        onClick={() => go(shiftedChanges(range, -0.5))}
      >
        {ICONS.back}
      </button>
      <button
        ref={button}
        type="button"
        className="time-button"
        aria-expanded={isOpen}
        aria-haspopup="dialog"
        title={exact}
        onClick={() => setIsOpen(!isOpen)}
      >
        {ICONS.clock}
        <span className="time-label">{label}</span>
        {label === exact ? null : <span className="time-exact">{exact}</span>}
      </button>
      <button
        type="button"
        className="icon-button"
        title="Later ( ] )"
        aria-label="Later"
        onClick={() => go(shiftedChanges(range, 0.5))}
      >
        {ICONS.forward}
      </button>
      <button
        type="button"
        className="icon-button wide-only"
        title="Twice as wide ( - )"
        aria-label="Twice as wide"
        onClick={() => go(widenedChanges(range))}
      >
        {ICONS.wider}
      </button>
      {isOpen && button.current !== null ? (
        <Popover anchor={button.current} label="Time range" onClose={() => setIsOpen(false)}>
          <RangeForm
            range={range}
            zone={zone}
            onChoose={(changes) => {
              setIsOpen(false);
              go(changes);
            }}
          />
        </Popover>
      ) : null}
    </div>
  );
}

function RangeForm(props: {
  readonly range: ViewRange;
  readonly zone: Zone;
  readonly onChoose: (changes: Parameters<typeof hrefWith>[1]) => void;
}) {
  const { range, zone, onChoose } = props;
  const [from, setFrom] = useState(formatTimestamp(range.startSeconds, zone));
  const [to, setTo] = useState(formatTimestamp(range.endSeconds, zone));
  const [problem, setProblem] = useState<string | null>(null);
  const choose = (): void => {
    const start = secondsOf(from, zone);
    const end = secondsOf(to, zone);
    if (start === null || end === null)
      setProblem(`"${start === null ? from : to}" is not a time; use 2026-03-14 12:00 or an age such as 3h`);
    else if (start >= end) setProblem('"To" must lie after "From"');
    else onChoose(rangeChanges(start, end));
  };
  return (
    <form
      className="range-form"
      onSubmit={(event) => {
        event.preventDefault();
        choose();
      }}
    >
      <ul>
        {PRESETS.map((preset) => (
          <li key={preset.last}>
            <button type="button" onClick={() => onChoose({ last: preset.last, from: null, to: null })}>
              {preset.label}
            </button>
          </li>
        ))}
      </ul>
      <div className="range-exact">
        <label>
          From
          <input value={from} onChange={(event) => setFrom(event.target.value)} spellCheck={false} />
        </label>
        <label>
          To
          <input value={to} onChange={(event) => setTo(event.target.value)} spellCheck={false} />
        </label>
        {problem === null ? (
          <p className="hint">{zone === 'utc' ? 'UTC' : 'Your time zone'}; ages such as 3h work too</p>
        ) : (
          <p className="hint problem-text" role="alert">
            {problem}
          </p>
        )}
        <button type="submit" className="primary">
          Show this range
        </button>
      </div>
    </form>
  );
}

/** A time as a person types it: in the zone on screen unless it names one. */
function secondsOf(text: string, zone: Zone): number | null {
  const now = Date.now() / 1000;
  const seconds = parseTimeSeconds(text, now);
  const isLocal =
    zone === 'local' &&
    /^\d{4}-\d{2}-\d{2}/.test(text.trim()) &&
    !/(?:Z|[+-]\d{2}:?\d{2})$/i.test(text.trim());
  return seconds !== null && isLocal ? seconds + new Date(seconds * 1000).getTimezoneOffset() * 60 : seconds;
}
