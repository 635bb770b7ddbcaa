import { useState } from 'react';
import type { AskAnswer } from '../../../src/api/index.ts';
import { Popover } from '../parts/popover.tsx';
import { editsOf, type Part, withWords } from './reading-edits.ts';

/** The names of parts, for people. */
const KINDS: Readonly<Record<string, string>> = {
  filter: 'only',
  dimension: 'by',
  measure: 'measure',
  time: 'time',
  bucket: 'slices',
  limit: 'at most',
  compare: 'against',
  threshold: 'where',
  source: 'from',
  rate: 'as a rate',
  spelling: 'taken as',
};

/** How a plain question was read: each part can be changed, and the question changes with it. */
export function Reading(props: {
  readonly question: string;
  readonly reading: Pick<AskAnswer, 'parts' | 'unused'>;
  readonly zoneName: string;
  readonly onAsk: (question: string) => void;
}) {
  const { question, reading, zoneName, onAsk } = props;
  const [open, setOpen] = useState<{ readonly anchor: Element; readonly part: Part } | null>(null);
  const { parts, unused } = reading;
  return (
    <div className="reading">
      <span className="hint">Read as</span>
      <ul className="chips">
        {parts.map((part) => (
          <li key={`${part.kind} ${part.start} ${part.text}`}>
            <button
              type="button"
              className="reading-part"
              aria-haspopup="dialog"
              title={
                part.start === part.end ? 'Not said; taken as usual' : question.slice(part.start, part.end)
              }
              onClick={(event) => setOpen({ anchor: event.currentTarget, part })}
            >
              <span className="reading-kind">{KINDS[part.kind] ?? part.kind}</span> {part.text}
            </button>
          </li>
        ))}
      </ul>
      {unused.length === 0 ? null : (
        <p className="reading-unused">
          Not used: {unused.map((word) => `"${word.text}"`).join(', ')}. The answer would be the same without.
        </p>
      )}
      {open === null ? null : (
        <Popover anchor={open.anchor} label={`Change ${open.part.text}`} onClose={() => setOpen(null)}>
          <PartEditor
            question={question}
            part={open.part}
            zoneName={zoneName}
            onAsk={(next) => {
              setOpen(null);
              onAsk(next);
            }}
          />
        </Popover>
      )}
    </div>
  );
}

function PartEditor(props: {
  readonly question: string;
  readonly part: Part;
  readonly zoneName: string;
  readonly onAsk: (question: string) => void;
}) {
  const { question, part, zoneName, onAsk } = props;
  const [words, setWords] = useState(question.slice(part.start, part.end));
  const edits = editsOf(question, part, { nowSeconds: Date.now() / 1000, zone: zoneName });
  return (
    <form
      className="part-editor"
      onSubmit={(event) => {
        event.preventDefault();
        const next = withWords(question, part, words.trim());
        if (next !== null) onAsk(next);
      }}
    >
      <label>
        {part.start === part.end ? 'Not said; say it' : 'In your words'}
        <input data-first value={words} onChange={(event) => setWords(event.target.value)} />
      </label>
      <ul>
        {edits.map((edit) => (
          <li key={edit.question}>
            <button type="button" title={edit.question} onClick={() => onAsk(edit.question)}>
              {edit.words === '' ? 'Leave it out' : edit.words}
            </button>
          </li>
        ))}
      </ul>
    </form>
  );
}
