import { columnBySpelling } from '../../../src/query/index.ts';
import { type Address, type Changes, goTo, hrefWith } from '../address.ts';
import { FieldsBox } from './fields-box.tsx';
import { EXPLORE_MEASURES } from './measures.ts';
import { COMMON_FIELDS, COMPARISONS, COUNTS, type ExploreQuestion, NOTHING } from './question.ts';

/** What is measured, by which fields, how many groups stand alone, and what it is compared with. */
export function ExploreControls({
  address,
  question,
}: {
  readonly address: Address;
  readonly question: ExploreQuestion;
}) {
  const go = (changes: Changes): void => goTo(hrefWith(address, changes));
  const apply = (fields: readonly string[]): void => go({ by: fields.join(',') || NOTHING });
  const toggle = (field: string): void =>
    apply(
      question.by.includes(field) ? question.by.filter((name) => name !== field) : [...question.by, field],
    );
  const counts = COUNTS.includes(question.count) ? COUNTS : [...COUNTS, question.count].sort((a, b) => a - b);
  return (
    <div className="explore-controls">
      <label>
        Show
        <select value={question.measure.name} onChange={(event) => go({ measure: event.target.value })}>
          {EXPLORE_MEASURES.map((entry) => (
            <option key={entry.name} value={entry.name}>
              {entry.label}
            </option>
          ))}
        </select>
      </label>
      <div className="explore-by">
        <span aria-hidden="true">by</span>
        <FieldsBox fields={question.by} onFields={apply} />
      </div>
      <label>
        the largest
        <select value={question.count} onChange={(event) => go({ n: event.target.value })}>
          {counts.map((count) => (
            <option key={count} value={count}>
              {count}
            </option>
          ))}
        </select>
      </label>
      <label>
        against
        <select
          value={address.parameters['compare'] ?? ''}
          onChange={(event) => go({ compare: event.target.value })}
        >
          <option value="">nothing</option>
          {COMPARISONS.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </label>
      <ul className="field-choice" aria-label="Usual fields">
        {COMMON_FIELDS.map((field) => (
          <li key={field}>
            <button
              type="button"
              className="code"
              aria-pressed={question.by.includes(field)}
              title={columnBySpelling(field)?.meaning}
              onClick={() => toggle(field)}
            >
              {field}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
