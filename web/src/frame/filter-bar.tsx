import { useEffect, useId, useRef, useState } from 'react';
import { completeFilter, type Problem } from '../../../src/query/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import { readFilter } from '../filter.ts';
import type { ViewRange } from '../time-range.ts';
import { useLakeValues } from './lake-values.ts';
import { SuggestInput } from './suggest-input.tsx';

const SHOWN = 10;
const NOTHING = { start: 0, end: 0, items: [] };
const MAX_EXPECTED = 6;

/**
 * The filter as a line to type: words and values that fit are offered, and a mistake is marked at its place. What is no
 * filter but reads as a plain question is asked.
 */
export function FilterBar({ address, range }: { readonly address: Address; readonly range: ViewRange }) {
  const where = address.parameters['where'] ?? '';
  const [text, setText] = useState(where);
  const [cursor, setCursor] = useState(where.length);
  const [isOpen, setIsOpen] = useState(false);
  const [isTold, setIsTold] = useState(false);
  /** The text, once it is known to read as a plain question. */
  const [question, setQuestion] = useState<string | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const problemId = useId();
  const lakeValues = useLakeValues(isOpen ? range : null);
  useEffect(() => setText(where), [where]);
  useEffect(() => {
    const focus = (): void => input.current?.select();
    window.addEventListener('weir:filter', focus);
    return () => window.removeEventListener('weir:filter', focus);
  }, []);
  const completions = isOpen ? completionsAt(text, cursor, lakeValues) : NOTHING;
  const { problems, warnings } = text.trim() === '' ? { problems: [], warnings: [] } : readFilter(text);
  const [problem] = problems;
  // While a word is being typed it is not a mistake yet, unless nothing that fits begins like it, as far as is known.
  const isUnderWay =
    problem !== undefined &&
    problem.end >= cursor &&
    (completions.items.length > 0 || lakeValues.isPending());
  const mistakes = [
    ...(isUnderWay ? [] : problems),
    ...warnings.map(({ start, end }) => ({ start, end, isDoubt: true })),
  ];
  const change = (next: string, at: number): void => {
    setText(next);
    setCursor(at);
    setIsTold(false);
  };
  const mend = (): void => {
    if (problem?.suggestion === null || problem === undefined) return;
    const before = text.slice(0, problem.start) + problem.suggestion;
    change(before + text.slice(problem.end), before.length);
  };
  const isMendable = problem !== undefined && problem.suggestion !== null && !isUnderWay;
  const told = isUnderWay && !isTold ? undefined : (problem ?? (text === where ? undefined : warnings[0]));
  const isWrong = problem !== undefined && !isUnderWay;
  useEffect(() => {
    if (!isWrong) return undefined;
    let isCurrent = true;
    const read = async (): Promise<void> => {
      const href = await questionHrefOf(address, text.trim());
      if (isCurrent) setQuestion(href === null ? null : text);
    };
    void read();
    return () => {
      isCurrent = false;
    };
  }, [isWrong, text, address]);
  return (
    <form
      className="filter-line"
      role="search"
      onSubmit={(event) => {
        event.preventDefault();
        setIsOpen(false);
        setIsTold(true);
        const next = text.trim();
        if (problem === undefined) goTo(hrefWith(address, { where: next === '' ? null : next }));
        else void askInstead(address, next);
      }}
    >
      <SuggestInput
        input={input}
        label="Filter"
        text={text}
        cursor={cursor}
        completions={completions}
        mistakes={mistakes}
        placeholder="Filter, or ask: dstport = 22 and srcaddr in 10.0.0.0/8"
        separator=" "
        describedBy={problemId}
        note={
          <p id={problemId} className="filter-problem" role="status">
            {told === undefined ? null : (
              <>
                <Told problem={told} isMendable={told === problem && isMendable} onMend={mend} />
                {told === problem && question === text ? (
                  <span className="filter-expected">
                    {' '}
                    <kbd>Enter</kbd> asks it as a question
                  </span>
                ) : null}
              </>
            )}
          </p>
        }
        onChange={change}
        onOpen={setIsOpen}
        onMend={isMendable ? mend : null}
        onGiveUp={() => {
          change(where, where.length);
          input.current?.blur();
        }}
      >
        <kbd aria-hidden="true">/</kbd>
      </SuggestInput>
    </form>
  );
}

async function askInstead(address: Address, text: string): Promise<void> {
  const href = await questionHrefOf(address, text);
  if (href !== null) goTo(href);
}

/** The grammar of questions is large, so it comes when somebody may be writing one. */
async function questionHrefOf(address: Address, text: string): Promise<string | null> {
  const { plainQuestionHref } = await import('./plain-question.ts');
  return plainQuestionHref(address, text);
}

/** What is wrong, what would have been understood, and the way out. */
function Told(props: {
  readonly problem: Problem;
  readonly isMendable: boolean;
  readonly onMend: () => void;
}) {
  const { problem, isMendable, onMend } = props;
  const { expected } = problem;
  return (
    <>
      {problem.message}
      {expected.length === 0 || isMendable ? null : (
        <span className="filter-expected">
          {' '}
          Understood here: {expected.slice(0, MAX_EXPECTED).join(', ')}
          {expected.length > MAX_EXPECTED ? ` and ${expected.length - MAX_EXPECTED} more` : ''}
        </span>
      )}
      {isMendable ? (
        <>
          {' '}
          <button
            type="button"
            className="text-button"
            // Before the box loses the focus, and with it the place of the mistake.
            onPointerDown={(event) => event.preventDefault()}
            onClick={onMend}
          >
            use {problem.suggestion}
          </button>{' '}
          <kbd>Tab</kbd>
        </>
      ) : null}
    </>
  );
}

function completionsAt(text: string, cursor: number, lake: ReturnType<typeof useLakeValues>) {
  let column = '';
  const found = completeFilter(text, cursor, {
    limit: SHOWN,
    values: (name, prefix) => {
      column = name;
      return lake.values(name, prefix);
    },
  });
  return { ...found, items: lake.describe(column, found.items) };
}
