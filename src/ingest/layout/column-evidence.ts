import { type Field, type Layout, versionOf } from '../../record/index.ts';
import type { SampleLine } from './sample.ts';
import { type Fit, fitOf } from './value-tests.ts';

/** Lines with equally many values: what a layout is held against. */
export class LineGroup {
  readonly lines: readonly SampleLine[];
  readonly width: number;
  readonly #fits = new Map<Field, readonly (readonly Fit[])[]>();

  constructor(lines: readonly SampleLine[], width: number) {
    this.lines = lines;
    this.width = width;
  }

  token(line: number, column: number): string {
    return this.lines[line]?.tokens[column] ?? '-';
  }

  /** True when a column is `-` in every line. */
  isEmpty(column: number): boolean {
    return this.lines.every((line) => line.tokens[column] === '-');
  }

  /** How the value of each line in a column suits a field. Cost: kept per field. */
  fits(field: Field, column: number): readonly Fit[] {
    let byColumn = this.#fits.get(field);
    if (byColumn === undefined) {
      byColumn = Array.from({ length: this.width }, (_, at) =>
        this.lines.map((_line, i) => fitOf(field, this.token(i, at))),
      );
      this.#fits.set(field, byColumn);
    }
    return byColumn[column] ?? [];
  }

  /** Share of the lines whose value in a column suits a field. */
  shareOf(field: Field, column: number): number {
    const fits = this.fits(field, column);
    return fits.filter((fit) => fit !== 'no').length / Math.max(fits.length, 1);
  }
}

/** What speaks for a layout. */
export interface Evidence {
  /** Share of the lines of which every value suits its field. */
  readonly fitShare: number;
  /** Columns with a value that few other fields could hold. */
  readonly strongColumns: number;
  /** Whether `version` has the value that AWS writes for these fields; null without that column. */
  readonly isVersionRight: boolean | null;
  /** Whether fields that are newer than the version in the lines have values that tell; true when there are none. */
  readonly areNewerToldApart: boolean;
  /** Share of the lines in which a time runs backwards or bytes are fewer than packets. */
  readonly oddShare: number;
}

/** Holds a layout against lines. Null when its width differs. Unknown columns take anything. */
export function evidenceFor(layout: Layout, group: LineGroup): Evidence | null {
  const { columns } = layout;
  if (columns.length !== group.width) return null;
  let fitting = 0;
  for (let line = 0; line < group.lines.length; line++) {
    if (columns.every(({ field }, at) => field === undefined || group.fits(field, at)[line] !== 'no'))
      fitting++;
  }
  const strongColumns = columns.filter(
    ({ field }, at) => field !== undefined && group.fits(field, at).includes('strong'),
  ).length;
  return {
    fitShare: fitting / group.lines.length,
    strongColumns,
    isVersionRight: isVersionRight(layout, group),
    areNewerToldApart: areNewerToldApart(layout, group),
    oddShare: Math.max(
      reversedShare(layout, group, 'start', 'end'),
      reversedShare(layout, group, 'packets', 'bytes'),
    ),
  };
}

function isVersionRight(layout: Layout, group: LineGroup): boolean | null {
  const at = columnOf(layout, 'version');
  if (at < 0) return null;
  const fields = layout.columns.flatMap(({ field }) => field ?? []);
  const expected = String(versionOf(fields));
  return group.lines.some((_, line) => group.token(line, at) === expected);
}

function areNewerToldApart(layout: Layout, group: LineGroup): boolean {
  const at = columnOf(layout, 'version');
  const version =
    at < 0 ? Number.NaN : Math.max(...group.lines.map((_, line) => Number(group.token(line, at))));
  const newer = layout.columns.flatMap(({ field }, column) =>
    field !== undefined && field.version > version ? [group.fits(field, column).includes('strong')] : [],
  );
  return newer.length === 0 || newer.includes(true);
}

/** Share of the lines in which the value that must be smaller is larger. */
function reversedShare(layout: Layout, group: LineGroup, smaller: string, larger: string): number {
  const [low, high] = [columnOf(layout, smaller), columnOf(layout, larger)];
  if (low < 0 || high < 0) return 0;
  let compared = 0;
  let reversed = 0;
  for (let line = 0; line < group.lines.length; line++) {
    const [a, b] = [Number(group.token(line, low)), Number(group.token(line, high))];
    if (Number.isNaN(a) || Number.isNaN(b)) continue;
    compared++;
    if (a > b) reversed++;
  }
  return compared === 0 ? 0 : reversed / compared;
}

/** Where a field stands in a layout, -1 when it does not. */
export function columnOf(layout: Layout, name: string): number {
  return layout.columns.findIndex(({ field }) => field?.name === name);
}
