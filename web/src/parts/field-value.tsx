import type { Cell } from '../../../src/api/index.ts';
import { serviceName } from '../../../src/query/index.ts';
import { hasPorts, protocolName } from '../../../src/record/index.ts';
import type { FieldValue } from '../filter.ts';

/** The values of a group as people read them: `443/tcp https`, `10.0.3.7`, `not recorded`. */
export function FieldValues({ values }: { readonly values: readonly FieldValue[] }) {
  const { text, note, isCode } = describeValues(values);
  return (
    <>
      <span className={isCode ? 'code' : ''}>{text}</span>
      {note === null ? null : <span className="note">{note}</span>}
    </>
  );
}

/** The same as plain text, for copies and labels. */
export function valuesText(values: readonly FieldValue[]): string {
  const { text, note } = describeValues(values);
  return note === null ? text : `${text} ${note}`;
}

/** A cell of an answer as a value that a filter can hold. */
export function fieldValueOf(field: string, cell: Cell | undefined): FieldValue {
  const isScalar = typeof cell === 'string' || typeof cell === 'number' || typeof cell === 'boolean';
  return { field, value: isScalar ? cell : null };
}

interface Description {
  readonly text: string;
  readonly note: string | null;
  readonly isCode: boolean;
}

function describeValues(values: readonly FieldValue[]): Description {
  const [first, second] = values;
  if (first !== undefined && second?.field === 'protocol' && first.field.endsWith('port')) {
    return describePort(first, second);
  }
  const parts = values.map(describeValue);
  return {
    text: parts.map((part) => part.text).join(' → '),
    note: parts.length === 1 ? (parts[0]?.note ?? null) : null,
    isCode: parts.some((part) => part.isCode),
  };
}

function describePort(port: FieldValue, protocol: FieldValue): Description {
  const name = typeof protocol.value === 'number' ? protocolName(protocol.value).toLowerCase() : 'any';
  const isPortless = typeof protocol.value === 'number' && !hasPorts(protocol.value);
  if (typeof port.value !== 'number' || isPortless) return { text: name, note: 'no port', isCode: true };
  return { text: `${port.value}/${name}`, note: serviceName(port.value) ?? null, isCode: true };
}

const WORDS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ip_version: { '4': 'IPv4', '6': 'IPv6' },
  remote_scope: {
    private: 'Private',
    public: 'Public internet',
    'link-local': 'Link-local',
    multicast: 'Multicast',
  },
  direction: { ingress: 'Ingress', egress: 'Egress' },
};

function describeValue({ field, value }: FieldValue): Description {
  if (value === null) return { text: 'not known', note: null, isCode: false };
  if (field === 'protocol' && typeof value === 'number') {
    return { text: protocolName(value), note: String(value), isCode: true };
  }
  if (field.endsWith('port') && typeof value === 'number') {
    return { text: String(value), note: serviceName(value) ?? null, isCode: true };
  }
  const word = WORDS[field]?.[String(value)];
  return { text: word ?? String(value), note: null, isCode: word === undefined };
}
