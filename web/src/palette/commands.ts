import { parseFilter, readQuestion } from '../../../src/query/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import { entityLink } from '../entity/entity-link.ts';
import type { Place } from '../frame/rail.tsx';
import { queryParameters, savedQueries } from '../query/saved.ts';
import { zoneNameOf } from '../query/zone-name.ts';
import { NO_RECORDS, recordsHref } from '../records/records-link.ts';
import { chooseTheme } from '../theme.ts';
import { PRESETS, zoneOf } from '../time-range.ts';

/** Something that can be done from anywhere. */
export interface Command {
  readonly name: string;
  /** What it does or how it was understood; may be empty. */
  readonly detail: string;
  readonly group: 'Ask' | 'Go to' | 'Saved queries' | 'Time' | 'View' | 'Copy';
  readonly act: () => void;
}

const NO_QUERY = { q: null, language: null, show: null, draw: null, ...NO_RECORDS };

/** What can be done with a text from where a person is: readings of the text itself first, then commands it names. */
export function commandsFor(text: string, address: Address, places: readonly Place[]): readonly Command[] {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const named = standing(address, places).filter(({ name, group }) => {
    const searched = `${group} ${name}`.toLowerCase();
    return words.every((word) => searched.includes(word));
  });
  const rank = ({ name }: Command): number => Number(!name.toLowerCase().startsWith(text.toLowerCase()));
  const ranked = [...named].sort((a, b) => rank(a) - rank(b));
  return text.trim() === ''
    ? named
    : [...entities(text.trim(), address), ...ranked, ...readings(text, address)];
}

/** A text as a question, and as a filter, where it can be read as one; else why it cannot. */
function readings(text: string, address: Address): readonly Command[] {
  const question = text.trim();
  const read = readQuestion(question, {
    nowSeconds: Date.now() / 1000,
    zone: zoneNameOf(zoneOf(address)),
  });
  const ask: Command = {
    name: `Ask: ${question}`,
    detail:
      read.plan === null
        ? (read.problems[0]?.message ?? 'not understood')
        : read.parts.map((part) => part.text).join(', '),
    group: 'Ask',
    act: () => goTo(questionHref(address, question)),
  };
  const filter = parseFilter(question, { nowSeconds: Date.now() / 1000 });
  if (filter.value === null) return [ask];
  const narrow: Command = {
    name: `Filter: ${question}`,
    detail: 'narrows every view',
    group: 'Ask',
    act: () => goTo(hrefWith(address, { where: question })),
  };
  return read.plan === null ? [narrow] : [ask, narrow];
}

/** The address that asks a plain question. */
export function questionHref(address: Address, question: string): string {
  return hrefWith(address, { ...NO_QUERY, language: 'ask', q: question, where: null }, '/query');
}

/** The page of an address, interface or instance that a text names as a whole. */
function entities(text: string, address: Address): readonly Command[] {
  const field = /^eni-[0-9a-f]+$/.test(text)
    ? 'interface_id'
    : /^i-[0-9a-f]+$/.test(text)
      ? 'instance_id'
      : /^(?:\d{1,3}\.){3}\d{1,3}$|^(?=.*:)[0-9a-f:.]{3,}$/i.test(text)
        ? 'srcaddr'
        : null;
  const link = field === null ? null : entityLink(address, [{ field, value: text }]);
  if (link === null) return [];
  return [{ name: link.name, detail: 'over the whole lake', group: 'Go to', act: () => goTo(link.href) }];
}

function standing(address: Address, places: readonly Place[]): readonly Command[] {
  const { parameters } = address;
  const plain = { ...address, parameters: withoutQuery(parameters) };
  return [
    ...places.map(
      ({ name, path }): Command => ({
        name,
        detail: '',
        group: 'Go to',
        act: () => goTo(hrefWith(plain, {}, path)),
      }),
    ),
    ...savedQueries().map(
      (query): Command => ({
        name: query.name,
        detail: query.text.replaceAll(/\s+/g, ' '),
        group: 'Saved queries',
        act: () => goTo(hrefWith(plain, queryParameters(query), '/query')),
      }),
    ),
    ...[
      ['SQL', 'sql'],
      ['Logs Insights', 'insights'],
      ['a plain question', 'ask'],
    ].map(
      ([name = '', language = '']): Command => ({
        name: `Write ${name}`,
        detail: '',
        group: 'Go to',
        act: () => goTo(hrefWith(plain, { language }, '/query')),
      }),
    ),
    ...PRESETS.map(
      ({ last, label }): Command => ({
        name: label,
        detail: '',
        group: 'Time',
        act: () => goTo(hrefWith(address, { last, from: null, to: null })),
      }),
    ),
    {
      name: 'All records of this range',
      detail: '',
      group: 'View',
      act: () => goTo(recordsHref(address, parameters['where'] ?? '')),
    },
    {
      name: 'Without the filter',
      detail: parameters['where'] ?? 'there is none',
      group: 'View',
      act: () => goTo(hrefWith(address, { where: null })),
    },
    {
      name: parameters['zone'] === 'utc' ? 'Times in local time' : 'Times in UTC',
      detail: '',
      group: 'View',
      act: () => goTo(hrefWith(address, { zone: parameters['zone'] === 'utc' ? null : 'utc' }), 'replace'),
    },
    { name: 'Theme: light', detail: '', group: 'View', act: () => chooseTheme('light') },
    { name: 'Theme: dark', detail: '', group: 'View', act: () => chooseTheme('dark') },
    { name: 'Theme: as the system', detail: '', group: 'View', act: () => chooseTheme('auto') },
    {
      name: 'Link to this view',
      detail: '',
      group: 'Copy',
      act: () => void navigator.clipboard?.writeText(window.location.href),
    },
    ...(copyButton() === null
      ? []
      : [
          {
            name: 'This view as SQL, command line or curl',
            detail: 'opens its menu',
            group: 'Copy',
            act: () => copyButton()?.click(),
          } satisfies Command,
        ]),
  ];
}

/** Each view offers its own forms; the first menu of the page is that of its main answer. */
function copyButton(): HTMLButtonElement | null {
  const buttons = document.querySelectorAll<HTMLButtonElement>('main button[aria-haspopup="menu"]');
  return [...buttons].find((button) => button.textContent === 'Copy as') ?? null;
}

function withoutQuery(parameters: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(parameters).filter(([name]) => !(name in NO_QUERY)));
}
