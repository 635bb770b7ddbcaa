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
