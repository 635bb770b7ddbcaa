/** What a key does, as the settings list it. */
export interface KeyHelp {
  /** Any of these. */
  readonly keys: readonly string[];
  readonly does: string;
}

/** The keys of the console, those that work anywhere first. */
export const KEYS: readonly KeyHelp[] = [
  { keys: ['Ctrl K'], does: 'Commands: places, ranges, saved queries, or a question' },
  { keys: ['/'], does: 'Filter, or ask' },
  { keys: ['[', '←'], does: 'Half a range earlier' },
  { keys: [']', '→'], does: 'Half a range later' },
  { keys: ['-'], does: 'Twice the range' },
  { keys: ['u'], does: 'Local time or UTC' },
  { keys: ['?'], does: 'This list' },
  { keys: ['Esc'], does: 'Closes the menu, then the records' },
  { keys: ['← →'], does: 'In a chart: along the time; with Shift selects' },
  { keys: ['Enter'], does: 'In a chart: zooms in to what is selected' },
  { keys: ['Space'], does: 'In a chart: what can be done with the slice' },
  { keys: ['← ↑ ↓ →'], does: 'In a table: from cell to cell; with Shift selects' },
  { keys: ['Enter'], does: 'In a table: what can be done with the cell' },
  { keys: ['s'], does: 'In a table: sorts by the column' },
  { keys: ['Ctrl C'], does: 'In a table: copies the cell or what is selected' },
  { keys: ['Alt ← →'], does: 'In a heading: moves the column; with Shift its width' },
  { keys: ['Delete'], does: 'In a heading: hides the column' },
  { keys: ['Ctrl Enter'], does: 'In the editor: runs the query' },
  { keys: ['Ctrl Space'], does: 'In the editor: what fits here' },
];
