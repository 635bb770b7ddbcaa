import type { Problem } from '../../../src/api/index.ts';

/** What went wrong, where, and what to do, in the place of the answer. */
export function ProblemNote({ problem }: { readonly problem: Problem }) {
  return (
    <div className="problem" role="alert">
      <strong>{problem.title}</strong>
      <pre>{problem.detail}</pre>
    </div>
  );
}
