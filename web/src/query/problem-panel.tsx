import type { Problem } from '../../../src/api/index.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { messageOfEngine, mistakesOf } from './mistakes.ts';

/** A mistake in a query in words, with its place in the text and the click that mends it, where these are known. */
export function ProblemPanel(props: {
  readonly problem: Problem;
  readonly text: string;
  readonly onMend: (text: string) => void;
  /** Questions that are understood, for a plain one that was not. */
  readonly examples: readonly string[];
}) {
  const { problem, text, onMend, examples } = props;
  const [first] = mistakesOf(problem, text);
  if (first === undefined)
    return <ProblemNote problem={{ ...problem, detail: messageOfEngine(problem.detail) }} />;
  const { start, end, message, suggestion } = first;
  const lines = text.slice(0, start).split('\n');
  const place = `line ${lines.length}, character ${(lines.at(-1)?.length ?? 0) + 1}`;
  const from = start - (lines.at(-1)?.length ?? 0);
  const until = text.indexOf('\n', end);
  return (
    <div className="problem" role="alert">
      <strong>{problem.title}</strong> <span className="hint">{place}</span>
      <p>{message}</p>
      <pre>
        {text.slice(from, start)}
        <mark>{text.slice(start, Math.max(end, start + 1)) || ' '}</mark>
        {text.slice(Math.max(end, start + 1), until < 0 ? undefined : until)}
      </pre>
      {suggestion === null ? null : (
        <p>
          Did you mean <code>{suggestion}</code>?{' '}
          <button
            type="button"
            className="text-button"
            onClick={() => onMend(text.slice(0, start) + suggestion + text.slice(end))}
          >
            Use {suggestion}
          </button>
        </p>
      )}
      {examples.length === 0 ? null : (
        <p>
          Understood, for example:{' '}
          {examples.map((example) => (
            <button key={example} type="button" className="text-button" onClick={() => onMend(example)}>
              {example}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}
