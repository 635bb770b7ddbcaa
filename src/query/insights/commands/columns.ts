import { call, type Expression, literal } from '../../plan/expression.ts';
import { ParseStop, problem, type Span } from '../../problem.ts';
import { checkRegex } from '../../regex.ts';
import { unnamed } from '../calls.ts';
import type { Query } from '../query.ts';

/** `fields e [as a], …`: adds columns and shows them. */
export function parseFields(query: Query): void {
  query.joined = () => [];
  if (query.showsGroups) query.shown = [];
  query.showsGroups = false;
  for (const { name, value } of query.readList(() => extended(query))) {
    query.shown = [...query.shown.filter((entry) => entry.name !== name), { name, value }];
  }
  query.hasFields = true;
}

/** `display e [as a], …`: what is shown; the last one counts. */
export function parseDisplay(query: Query): void {
  query.joined = () => [];
  query.display = query.readList(() => extended(query));
}

/** `parse [f] "glob" as a, b` or `parse [f] /regex with (?<names>…)/`. */
export function parseParse(query: Query, command: Span): void {
  const token = query.lexer.peek();
  const isDirect = token.kind === 'string' || token.text === '/';
  const source = isDirect ? messageOf(query, command) : query.expressions.parseOperand();
  const regex = query.lexer.takeRegex();
  const { pattern, names } =
    regex === undefined
      ? readGlob(query)
      : { pattern: regex.pattern, names: groupNames(regex.pattern, regex) };
  if (regex !== undefined && query.takeWord('as')) query.readList(() => query.readName('a name'));
  const from: Expression = { kind: 'column', name: '#source' };
  query.push({ kind: 'extend', columns: [{ name: from.name, value: source }] });
  const columns = names.map(({ name, group }) => ({
    name,
    value: call('regex_group', [from, literal(onlyGroup(pattern, group))]),
  }));
  query.push({ kind: 'extend', columns });
  for (const { name } of columns) addShown(query, name);
}

/** `unnest f [into g]`, and `expand f`: one row per item of a list. */
export function parseUnnest(query: Query): void {
  const { name, value } = query.readNamed();
  const target = query.takeWord('into', 'as') ? query.readName('a name').text : name;
  query.push({ kind: 'unnest', list: value, name: target });
  addShown(query, target);
}

/** `unmask f`: nothing is masked here. */
export function parseUnmask(query: Query, command: Span): void {
  query.readList(() => query.readNamed());
  query.environment.note('nothing is masked here, so unmask changes nothing', command);
}

/** Makes a computed column known and shows it unless display says otherwise. */
export function addShown(query: Query, name: string): void {
  query.environment.add(name);
  query.added = [
    ...query.added.filter((entry) => entry.name !== name),
    { name, value: { kind: 'column', name } },
  ];
}

/** A named expression; one that is more than a field becomes a column that later commands can use. */
function extended(query: Query): { readonly name: string; readonly value: Expression } {
  const { name, value } = query.readNamed();
  if (value.kind === 'column' && value.name === name) return { name, value };
  query.push({ kind: 'extend', columns: [{ name, value }] });
  query.environment.addValue(name, value);
  return { name, value: { kind: 'column', name } };
}

function messageOf(query: Query, span: Span): Expression {
  return query.environment.resolve('@message', span, (found) => {
    throw new ParseStop(found);
  });
}

interface Group {
  readonly name: string;
  readonly group: number;
}

/** A glob: each `*` is a capture up to the next literal, the last one to the end; everything else is itself. */
function readGlob(query: Query): { readonly pattern: string; readonly names: readonly Group[] } {
  const token = query.lexer.next();
  if (token.kind !== 'string') throw query.unexpected(token, 'a "glob" or a /regular expression/');
  const pieces = token.text.split('*');
  const body = pieces
    .map((piece, i) => {
      const text = piece.replace(/[\\^$.|?+()[\]{}]/g, '\\$&');
      if (i === pieces.length - 1) return text;
      const isLast = i === pieces.length - 2 && pieces.at(-1) === '';
      return `${text}(${isLast ? '.*' : '.*?'})`;
    })
    .join('');
  if (!query.takeWord('as')) throw query.unexpected(query.lexer.peek(), '"as" and a name for each "*"');
  const names = query.readList(() => query.readName('a name').text);
  if (names.length !== pieces.length - 1) {
    const wanted = `${pieces.length - 1} names, one for each "*"`;
    throw new ParseStop(
      problem('query.argument-count', token, { name: 'parse', wanted, found: names.length }),
    );
  }
  return { pattern: body, names: names.map((name, i) => ({ name, group: i + 1 })) };
}

/** The named groups of a pattern with their numbers; plain groups count too. */
function groupNames(pattern: string, span: Span): readonly Group[] {
  const reason = checkRegex(unnamed(pattern));
  if (reason !== null) throw new ParseStop(problem('query.bad-regex', span, { reason }));
  const groups: Group[] = [];
  onEachGroup(pattern, (open, group, name) => {
    if (name !== undefined) groups.push({ name, group });
    return open;
  });
  if (groups.length === 0)
    throw new ParseStop(
      problem('query.bad-regex', span, { reason: 'parse needs a named group, (?<name>…)' }),
    );
  return groups;
}

/** The pattern with one capturing group: engines number no more than nine. */
function onlyGroup(pattern: string, wanted: number): string {
  return onEachGroup(pattern, (_, group) => (group === wanted ? '(' : '(?:'));
}

/** The pattern with the opening of each capturing group replaced. */
function onEachGroup(
  pattern: string,
  change: (open: string, group: number, name: string | undefined) => string,
): string {
  let group = 0;
  return pattern.replace(
    /\\.|\[(?:\\.|[^\]\\])*\]|\((\?)?(?:P?<([A-Za-z_]\w*)>)?/g,
    (piece: string, isSpecial: string | undefined, name: string | undefined) => {
      if (!piece.startsWith('(') || (isSpecial !== undefined && name === undefined)) return piece;
      group++;
      return change(piece, group, name);
    },
  );
}
