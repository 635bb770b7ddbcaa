/** The parts of a text that vary, each with its name; the first that fits a word wins. `{0}` is the text. */
const VARYING: readonly (readonly [string, string])[] = [
  ['UUID', '[0-9A-Fa-f]{8,8}(?:-[0-9A-Fa-f]{4,4}){3,3}-[0-9A-Fa-f]{12,12}'],
  [
    'Timestamp',
    '[0-9]{4,4}-[0-9]{2,2}-[0-9]{2,2}(?:[T_][0-9:.,]+(?:Z|[+-][0-9:]+)?)?|[0-9]{2,2}:[0-9]{2,2}:[0-9]{2,2}(?:[.,][0-9]+)?',
  ],
  [
    'IP',
    '[0-9]{1,3}(?:\\.[0-9]{1,3}){3,3}(?:/[0-9]{1,2})?|[0-9A-Fa-f]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:/[0-9]{1,3})?',
  ],
  ['Number', '-?[0-9]+(?:\\.[0-9]+)?%?'],
];

/** What may stand before and after a part without being of it: `key=`, brackets, quotes, punctuation. */
const BEFORE = '((?:[\\["(<{,]|[A-Za-z_@.-]+=)*)';
const AFTER = '([\\])",:;.>}]*)';

/** A placeholder of a shape, its name being the group. */
export const PLACEHOLDER = `'<(${[...VARYING.map(([name]) => name), 'Token'].join('|')})>'`;

/**
 * The SQL of the shape of a text: words that vary become `<Type>`, any other word with a digit `<Token>`. Spaces are
 * doubled for the time being, so that neighbours do not share one. A text without digit and colon does not vary, which
 * spares most texts of one word the rest. `replaceAll` is the engine's, `group` its way to name one.
 */
export function shapeSql(
  replaceAll: (text: string, pattern: string, replacement: string) => string,
  matches: (text: string, pattern: string) => string,
  group: (number: number) => string,
): string {
  const typed = VARYING.reduce(
    (text, [name, pattern]) =>
      replaceAll(text, `' ${BEFORE}(?:${pattern})${AFTER} '`, `' ${group(1)}<${name}>${group(2)} '`),
    "(' ' || replace({0}, ' ', '  ') || ' ')",
  );
  const whole = replaceAll(typed, "' [^ <>]*[0-9][^ <>]* '", "' <Token> '");
  const single = replaceAll(`replace(${whole}, '  ', ' ')`, "'^ | $'", "''");
  return `CASE WHEN ${matches('{0}', "'[0-9:]'")} THEN ${single} ELSE {0} END`;
}

/** The SQL that finds the severity of a text by its words; NULL when none of them tells it. */
export function severitySql(matches: (text: string, pattern: string) => string): string {
  const branches = SEVERITIES.map(
    ([label, words]) => `WHEN ${matches('{0}', `'(?i)\\b(${words})\\b'`)} THEN '${label}'`,
  );
  return `CASE ${branches.join(' ')} END`;
}

/** Words that tell how bad a message is, the worst first. */
const SEVERITIES: readonly (readonly [string, string])[] = [
  ['Error', 'fatal|critical|crit|emerg|emergency|alert|error|err|exception|fail|failed|failure'],
  ['Warning', 'warning|warn'],
  ['Debug', 'debug|trace'],
  ['Info', 'info|information|notice'],
];
