import type { AskAnswer } from '../../../src/api/index.ts';

/** How a plain question was read: each part in the words of the filter language, and the words that played no part. */
export function Reading({ reading }: { readonly reading: Pick<AskAnswer, 'parts' | 'unused' | 'explain'> }) {
  const { parts, unused, explain } = reading;
  return (
    <div className="reading">
      <p className="hint">Read as</p>
      <ul className="chips">
        {parts.map((part) => (
          <li key={`${part.kind} ${part.start} ${part.text}`} className="chip is-plain">
            <span className="reading-kind">{part.kind}</span> {part.text}
          </li>
        ))}
      </ul>
      {unused.length === 0 ? null : (
        <p className="hint">Not used: {unused.map((word) => word.text).join(', ')}</p>
      )}
      <details>
        <summary>
          SQL, from {explain.table}: {explain.why}
        </summary>
        <pre>{explain.sql}</pre>
      </details>
    </div>
  );
}
