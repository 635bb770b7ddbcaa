import { useState } from 'react';
import type { Coverage } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { get, resourceAddress } from '../client.ts';
import { coverageCommandLine } from '../command-line.ts';
import {
  formatClock,
  formatDayMonth,
  formatMinutes,
  formatQuantity,
  formatShare,
  formatTimestamp,
  type Zone,
} from '../format.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { Link } from '../parts/link.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useResource } from '../resource.ts';
import { rangeChanges, type ViewRange } from '../time-range.ts';
import type { ViewProps } from '../view.ts';

const FIRST = 10;
/** Interfaces that are asked for; beyond them the blindest ones are shown. */
const LISTED = 1000;
const TIMES = 3;
const HEIGHT = 12;

type BlindInterface = Coverage['blindest'][number];

/** Were we blind between two moments? In a sentence, and then interface by interface, to the minute. */
export function Blind(view: ViewProps) {
  const { address, range, zone } = view;
  const [isLong, setIsLong] = useState(false);
  const parameters = { ...range.asked, limit: LISTED };
  const coverage = useResource(JSON.stringify(parameters), (signal) =>
    get('/api/coverage', parameters, signal),
  );
  const blindest = coverage.value?.blindest ?? [];
  const shown = isLong ? blindest : blindest.slice(0, FIRST);
  return (
    <section className="blind" aria-busy={coverage.isLoading}>
      <h2 className="section-title">
        Were we blind?
        <CopyMenu
          sql={null}
          command={coverageCommandLine(range.asked)}
          get={resourceAddress('/api/coverage', parameters)}
        />
      </h2>
      <BetweenForm
        key={`${range.asked.from} ${range.asked.to} ${zone}`}
        range={range}
        zone={zone}
        onAsk={(from, to) => goTo(hrefWith(address, rangeChanges(from, to)))}
      />
      {coverage.problem === null ? null : <ProblemNote problem={coverage.problem} />}
      {coverage.value === null ? (
        <p className="pending">…</p>
      ) : (
        <p className="blind-answer" aria-live="polite">
          {answerOf(coverage.value)}
        </p>
      )}
      {shown.length === 0 ? null : (
        <div className="table-scroll">
          <table className="plain-table">
            <thead>
              <tr>
                <th scope="col">Interface</th>
                <th scope="col">When</th>
                <th scope="col">Not watched</th>
                <th scope="col">Lost</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((entry) => (
                <BlindRow key={entry.interfaceId ?? ''} entry={entry} view={view} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {blindest.length > FIRST ? (
        <button
          type="button"
          className="text-button"
          aria-expanded={isLong}
          onClick={() => setIsLong(!isLong)}
        >
          {isLong
            ? `The first ${FIRST}`
            : blindest.length < LISTED
              ? `All ${blindest.length} interfaces`
              : `The ${LISTED} blindest interfaces`}
        </button>
      ) : null}
    </section>
  );
}

/** The answer in a sentence. */
function answerOf({ interfaces, minutes, blindest }: Coverage): string {
  if (interfaces === 0)
    return 'Yes, entirely: no interface has a record in this range or within a day of it.';
  const all = minutes.covered + minutes.idle + minutes.skipped + minutes.unknown;
  if (minutes.covered + minutes.idle + minutes.skipped === 0)
    return `Yes, entirely: none of the ${interfaces} interfaces was watched in this range.`;
  if (blindest.length === 0)
    return `No: ${interfaces === 1 ? 'the one interface was' : `all ${interfaces} interfaces were`} watched in every minute.`;
  const parts = [
    ...(minutes.unknown > 0 ? [`${counted(minutes.unknown)} interface-minutes not watched`] : []),
    ...(minutes.skipped > 0 ? [`${counted(minutes.skipped)} with records lost`] : []),
  ];
  const share = formatShare(minutes.unknown + minutes.skipped, all);
  const some = blindest.length < LISTED ? String(blindest.length) : `at least ${LISTED}`;
  return `Partly: ${some} of ${counted(interfaces)} interfaces, ${parts.join(', ')} (${share} of all).`;
}

function counted(value: number): string {
  return formatQuantity(value, 'count').exact;
}

function BlindRow({ entry, view }: { readonly entry: BlindInterface; readonly view: ViewProps }) {
  const { address, range, zone } = view;
  const all = entry.covered + entry.idle + entry.skipped + entry.unknown;
  const { from, to } = range.asked;
  return (
    <tr>
      <th scope="row" className="code">
        {entry.interfaceId === null ? (
          'no interface named'
        ) : (
          <Link
            href={hrefWith(
              address,
              { uri: null, status: null },
              `/interface/${encodeURIComponent(entry.interfaceId)}`,
            )}
          >
            {entry.interfaceId}
          </Link>
        )}
      </th>
      <td className="blind-times">
        <svg viewBox={`0 0 ${to - from} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
          <rect className="is-watched" width={to - from} height={HEIGHT} />
          {entry.blind.map((span) => (
            <rect
              key={span.startSeconds}
              className={`is-${span.state}`}
              x={span.startSeconds - from}
              // A minute in a month is seen all the same.
              width={Math.max(span.endSeconds - span.startSeconds, (to - from) / 200)}
              height={HEIGHT}
            />
          ))}
        </svg>
        <ul>
          {entry.blind.slice(0, TIMES).map((span) => (
            <li key={span.startSeconds}>
              <Link
                className="number-link"
                title={span.state === 'skipped' ? 'Records were lost' : 'Not watched'}
                href={hrefWith(address, rangeChanges(span.startSeconds, span.endSeconds))}
              >
                {formatSpan(span.startSeconds, span.endSeconds, zone)}
              </Link>
            </li>
          ))}
          {entry.blind.length > TIMES ? (
            <li className="hint">and {entry.blind.length - TIMES} more</li>
          ) : null}
        </ul>
      </td>
      <td title={`${counted(entry.unknown)} minutes, ${formatShare(entry.unknown, all)}`}>
        {entry.unknown === 0 ? 'none' : formatMinutes(entry.unknown)}
      </td>
      <td title={`${counted(entry.skipped)} minutes, ${formatShare(entry.skipped, all)}`}>
        {entry.skipped === 0 ? 'none' : formatMinutes(entry.skipped)}
      </td>
    </tr>
  );
}

/** `14 Mar 09:03–09:10`, with the second day where it is another one. */
function formatSpan(start: number, end: number, zone: Zone): string {
  const [first, second] = [formatDayMonth(start, zone), formatDayMonth(end, zone)];
  return `${first} ${formatClock(start, zone)}–${first === second ? '' : `${second} `}${formatClock(end, zone)}`;
}

/** Two moments to ask about; what is asked becomes the range of the page. */
function BetweenForm(props: {
  readonly range: ViewRange;
  readonly zone: Zone;
  readonly onAsk: (from: number, to: number) => void;
}) {
  const { range, zone, onAsk } = props;
  const [from, setFrom] = useState(inputValue(range.asked.from, zone));
  const [to, setTo] = useState(inputValue(range.asked.to, zone));
  const [start, end] = [inputSeconds(from, zone), inputSeconds(to, zone)];
  const isBackwards = start !== null && end !== null && start >= end;
  return (
    <form
      className="between-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (start !== null && end !== null && start < end) onAsk(start, end);
      }}
    >
      <label>
        between <input type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />
      </label>
      <label>
        and{' '}
        <input
          type="datetime-local"
          value={to}
          aria-invalid={isBackwards}
          onChange={(event) => setTo(event.target.value)}
        />
      </label>
      <button type="submit" className="button">
        Ask
      </button>
      {isBackwards ? <span className="problem-text">It ends before it begins</span> : null}
    </form>
  );
}

function inputValue(seconds: number, zone: Zone): string {
  return formatTimestamp(seconds, zone).slice(0, 16).replace(' ', 'T');
}

function inputSeconds(text: string, zone: Zone): number | null {
  const ms = Date.parse(zone === 'utc' ? `${text}:00Z` : text);
  return Number.isNaN(ms) ? null : ms / 1000;
}
