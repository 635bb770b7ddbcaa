import type { Problem } from '../../../src/api/index.ts';
import { ProblemNote } from '../parts/problem-note.tsx';

/** A mistake in a query, shown at its place in the text where the place is known. */
export function QueryProblem({ problem, text }: { readonly problem: Problem; readonly text: string }) {
  const place = placeOf(problem);
  if (place === null) return <ProblemNote problem={problem} />;
  const { start, end, message, suggestion } = place;
  return (
    <div className="problem" role="alert">
      <strong>{message}</strong>
      <pre>
        {text.slice(0, start)}
        <mark>{text.slice(start, Math.max(end, start + 1)) || ' '}</mark>
        {text.slice(Math.max(end, start + 1))}
      </pre>
      {suggestion === null ? null : (
        <p>
          Did you mean <code>{suggestion}</code>?
        </p>
      )}
    </div>
  );
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly message: string;
  readonly suggestion: string | null;
}

function placeOf(problem: Problem): Place | null {
  const { problems, position } = problem.details;
  const first: unknown = Array.isArray(problems) ? problems[0] : undefined;
  if (isPlace(first)) return first;
  if (typeof position !== 'number') return null;
  return { start: position, end: position + 1, message: problem.detail, suggestion: null };
}

function isPlace(value: unknown): value is Place {
  return (
    typeof value === 'object' && value !== null && 'start' in value && 'end' in value && 'message' in value
  );
}
