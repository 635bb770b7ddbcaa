import type { Diagnostic } from '@codemirror/lint';

/** Something wrong or doubtful at a place of a text. Offsets in UTF-16 units. */
export interface Mistake {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  /** What would be right in its place; null when nothing is near. */
  readonly suggestion: string | null;
  readonly isWarning: boolean;
}

/** Mistakes as the editor marks them: never beyond the text, never empty, each with the one click that mends it. */
export function diagnosticsOf(mistakes: readonly Mistake[], length: number): Diagnostic[] {
  return mistakes.map(({ start, end, message, suggestion, isWarning }) => {
    const to = Math.min(length, Math.max(end, start + 1));
    const from = Math.max(0, Math.min(start, to - 1));
    return {
      from,
      to,
      severity: isWarning ? 'warning' : 'error',
      message,
      ...(suggestion === null
        ? {}
        : {
            actions: [
              {
                name: `Use ${suggestion}`,
                apply: (view, at, until) =>
                  view.dispatch({ changes: { from: at, to: until, insert: suggestion } }),
              },
            ],
          }),
    };
  });
}
