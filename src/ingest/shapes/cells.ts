/** What parts the cells of a row. */
export type Separator = ',' | ';' | '\t';

/**
 * The cells of one line of separated values (RFC 4180, but no cell goes over a line end). Null when a quote is left open, or
 * something other than a separator follows a closing quote.
 */
export function splitCells(line: string, separator: Separator): readonly string[] | null {
  if (!line.includes('"')) return line.split(separator);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      const match = /"((?:[^"]|"")*)"/y;
      match.lastIndex = at;
      const quoted = match.exec(line);
      if (quoted === null) return null;
      cells.push((quoted[1] ?? '').replaceAll('""', '"'));
      at = match.lastIndex;
    } else {
      const next = line.indexOf(separator, at);
      const end = next < 0 ? line.length : next;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    if (line[at] !== separator) return null;
    at++;
  }
}
