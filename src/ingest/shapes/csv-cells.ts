/** The mark of UTF-8, as text or read byte by byte. */
const BYTE_ORDER_MARK = /^(?:\uFEFF|\u00EF\u00BB\u00BF)/;

/** A line without the mark before it and the carriage return behind it. Text may be bytes as Latin-1. */
export function bareLine(line: string): string {
  return line.replace(BYTE_ORDER_MARK, '').replace(/\r$/, '');
}

/** The cells of one CSV line; null when a quote is left open. */
export function splitCsv(line: string, separator = ','): readonly string[] | null {
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
    // After a closing quote only a separator may come; anything else belongs to no cell.
    if (line[at] !== separator) return null;
    at++;
    if (at === line.length) return [...cells, ''];
  }
}
