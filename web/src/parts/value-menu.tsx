import { type Address, goTo, hrefWith } from '../address.ts';
import { conditionFor, type FieldValue, narrowFilter, printCondition } from '../filter.ts';
import { valuesText } from './field-value.tsx';
import { Popover } from './popover.tsx';

/** What can be done with a value: only this, not this, either side, copy. */
export function ValueMenu(props: {
  readonly anchor: Element;
  readonly address: Address;
  readonly values: readonly FieldValue[];
  readonly onClose: () => void;
}) {
  const { anchor, address, values, onClose } = props;
  const where = address.parameters['where'] ?? '';
  const apply = (next: string): void => {
    onClose();
    goTo(hrefWith(address, { where: next === '' ? null : next }));
  };
  const either = eitherSide(values);
  return (
    <Popover anchor={anchor} label={valuesText(values)} role="menu" onClose={onClose}>
      <p className="menu-title code">{printCondition(conditionFor(values))}</p>
      <button
        type="button"
        role="menuitem"
        data-first
        onClick={() => apply(narrowFilter(where, values, 'only'))}
      >
        Only this
      </button>
      <button type="button" role="menuitem" onClick={() => apply(narrowFilter(where, values, 'not'))}>
        Not this
      </button>
      {either === null ? null : (
        <button
          type="button"
          role="menuitem"
          onClick={() => apply(where === '' ? either : `(${where}) and ${either}`)}
        >
          As source or destination
        </button>
      )}
      <button
        type="button"
        role="menuitem"
        onClick={() => {
          onClose();
          void navigator.clipboard?.writeText(values.map(({ value }) => String(value ?? '')).join('\t'));
        }}
      >
        Copy
      </button>
    </Popover>
  );
}

function eitherSide(values: readonly FieldValue[]): string | null {
  const [only] = values;
  if (values.length !== 1 || only === undefined || only.value === null) return null;
  return only.field === 'srcaddr' || only.field === 'dstaddr' ? `ip = ${only.value}` : null;
}
