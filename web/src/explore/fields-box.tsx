import { useEffect, useMemo, useRef, useState } from 'react';
import { type Completions, columnBySpelling, QUERY_COLUMNS } from '../../../src/query/index.ts';
import { SuggestInput } from '../frame/suggest-input.tsx';

const SHOWN = 12;
const NOTHING: Completions = { start: 0, end: 0, items: [] };

/** Fields to group by, typed with commas between them: every field of the catalogue, in any of its spellings. */
export function FieldsBox(props: {
  readonly fields: readonly string[];
  readonly onFields: (fields: readonly string[]) => void;
}) {
  const { fields, onFields } = props;
  const shown = fields.join(', ');
  const [text, setText] = useState(shown);
  const [cursor, setCursor] = useState(shown.length);
  const [isOpen, setIsOpen] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(shown), [shown]);
  const words = useMemo(() => wordsOf(text), [text]);
  const completions = isOpen ? completionsAt(text, cursor) : NOTHING;
  const unknown = words.filter(({ word }) => columnBySpelling(word) === undefined);
  const typed = unknown.find(({ start, end }) => cursor >= start && cursor <= end);
  const isUnderWay = typed !== undefined && completions.items.length > 0;
  const mistakes = unknown.filter((word) => !isUnderWay || word !== typed);
  const apply = (): void => {
    if (unknown.length > 0) return;
    const names = words.flatMap(({ word }) => columnBySpelling(word)?.name ?? []);
    if (names.join(', ') === shown) setText(shown);
    else onFields([...new Set(names)]);
  };
  return (
    <form
      className="fields-box"
      onSubmit={(event) => {
        event.preventDefault();
        setIsOpen(false);
        apply();
      }}
    >
      <SuggestInput
        input={input}
        label="by"
        text={text}
        cursor={cursor}
        completions={completions}
        mistakes={mistakes}
        placeholder="one sum of everything"
        separator=", "
        onChange={(next, at) => {
          setText(next);
          setCursor(at);
        }}
        onOpen={setIsOpen}
        onMend={null}
        onGiveUp={() => {
          setText(shown);
          input.current?.blur();
        }}
        onLeave={apply}
      />
      {mistakes[0] === undefined ? null : (
        <p className="problem-text" role="alert">
          There is no field &quot;{mistakes[0].word}&quot;
        </p>
      )}
    </form>
  );
}

interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

function wordsOf(text: string): readonly Word[] {
  return [...text.matchAll(/[^\s,]+/g)].map((match) => ({
    word: match[0],
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/** Fields whose name begins like the word at the cursor, then those that hold it or say it in their meaning. */
function completionsAt(text: string, cursor: number): Completions {
  const start = Math.max(text.lastIndexOf(',', cursor - 1), text.lastIndexOf(' ', cursor - 1)) + 1;
  const wanted = text.slice(start, cursor).toLowerCase().replaceAll('-', '_');
  const taken = new Set(wordsOf(text).map(({ word }) => word));
  const ranked = QUERY_COLUMNS.filter(({ name }) => !taken.has(name) || name === wanted)
    .map((column) => {
      const { name, meaning } = column;
      const rank = name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2;
      return { column, rank: rank === 2 && !meaning.toLowerCase().includes(wanted) ? 3 : rank };
    })
    .filter(({ rank }) => rank < 3)
    .sort((a, b) => a.rank - b.rank)
    .slice(0, SHOWN);
  return {
    start,
    end: cursor,
    items: ranked.map(({ column }) => ({ text: column.name, kind: 'field', detail: column.meaning })),
  };
}
