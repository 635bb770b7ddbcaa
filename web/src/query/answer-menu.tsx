import type { Cell } from '../../../src/api/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import { entityLink } from '../entity/entity-link.ts';
import { conditionFor, printCondition } from '../filter.ts';
import { exactText } from '../parts/cell-text.ts';
import { fieldValueOf } from '../parts/field-value.tsx';
import { Link } from '../parts/link.tsx';
import { Popover } from '../parts/popover.tsx';
import { recordsHref } from '../records/records-link.ts';
import { fieldOfColumn, type Language } from './languages.ts';

/** What can be done with a cell of an answer: narrow the query to it, leave it out, open it, see its records, copy it. */
export function AnswerMenu(props: {
  readonly anchor: Element;
  readonly address: Address;
  readonly language: Language;
  /** The query that gave the answer. */
  readonly asked: string;
  readonly column: string;
  readonly value: Cell;
  readonly onClose: () => void;
}) {
  const { anchor, address, language, asked, column, value, onClose } = props;
  const field = fieldOfColumn(column);
  const values = field === null ? [] : [fieldValueOf(field, value)];
  const open = entityLink({ ...address, parameters: withoutQuery(address.parameters) }, values);
  const condition = values.length === 0 ? null : printCondition(conditionFor(values));
  const narrow = (how: 'only' | 'not', label: string) => {
    const next = language.narrow(asked, column, value, how);
    return next === null ? null : (
      <button
        type="button"
        role="menuitem"
        onClick={() => {
          onClose();
          goTo(hrefWith(address, { q: next }));
        }}
      >
        {label}
      </button>
    );
  };
  return (
    <Popover anchor={anchor} label={`${column} ${exactText(value)}`} role="menu" onClose={onClose}>
      <p className="menu-title code">
        {column} = {value === null ? 'no value' : exactText(value)}
      </p>
      {narrow('only', 'Only this')}
      {narrow('not', 'Not this')}
      {open === null ? null : (
        <Link role="menuitem" href={open.href} onClick={onClose}>
          {open.name}
        </Link>
      )}
      {condition === null ? null : (
        <>
          <Link role="menuitem" href={recordsHref(address, condition)} onClick={onClose}>
            Show the records
          </Link>
          <Link
            role="menuitem"
            href={hrefWith(
              { ...address, parameters: withoutQuery(address.parameters) },
              { where: condition },
              '/explore',
            )}
            onClick={onClose}
          >
            Explore this value
          </Link>
        </>
      )}
      <button
        type="button"
        role="menuitem"
        onClick={() => {
          onClose();
          void navigator.clipboard?.writeText(exactText(value));
        }}
      >
        Copy
      </button>
    </Popover>
  );
}

function withoutQuery(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { q: _, language: __, show: ___, ...rest } = parameters;
  return rest;
}
