import { type Address, goTo, hrefWith } from '../address.ts';
import { invertCondition, printCondition, readFilter, withoutCondition } from '../filter.ts';
import { ICONS } from './icons.tsx';

/** The conditions in force; each can be turned around or taken away. Nothing when there is no filter. */
export function FilterChips({ address }: { readonly address: Address }) {
  const where = address.parameters['where'] ?? '';
  const { conditions } = readFilter(where);
  if (conditions.length === 0) return null;
  const apply = (next: string): void => goTo(hrefWith(address, { where: next === '' ? null : next }));
  return (
    <ul className="chips" aria-label="Conditions in force">
      {conditions.map((condition, index) => {
        const text = printCondition(condition);
        return (
          <li key={text} className={condition.kind === 'not' ? 'chip is-not' : 'chip'}>
            <button
              type="button"
              title="Turn this condition around"
              onClick={() => apply(invertCondition(where, index))}
            >
              {text}
            </button>
            <button
              type="button"
              className="chip-remove"
              aria-label={`Remove ${text}`}
              onClick={() => apply(withoutCondition(where, index))}
            >
              {ICONS.close}
            </button>
          </li>
        );
      })}
      {conditions.length > 1 ? (
        <li>
          <button type="button" className="text-button" onClick={() => apply('')}>
            Clear all
          </button>
        </li>
      ) : null}
    </ul>
  );
}
