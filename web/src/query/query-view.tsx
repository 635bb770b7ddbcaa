import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import type { Progress } from '../../../src/api/index.ts';
import { type Address, goTo, hrefWith } from '../address.ts';
import type { Mistake } from '../editor/diagnostics.ts';
import { Choice } from '../parts/choice.tsx';
import { useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';
import { AnswerPanel } from './answer-panel.tsx';
import { askLakeValues } from './lake-values.ts';
import { type Answer, LANGUAGES, type Language, languageOf } from './languages.ts';
import { insightsMistakes, likelyField, mistakesOf } from './mistakes.ts';
import { ProblemPanel } from './problem-panel.tsx';
import { QueryLists } from './query-lists.tsx';
import { Reading } from './reading.tsx';
import { RunLine } from './run-line.tsx';
import { type QueryRange, rememberQuery } from './saved.ts';
import { zoneNameOf } from './zone-name.ts';

// The editor is most of the script of this view; the rest is on screen before it.
const CodeEditor = lazy(async () => ({ default: (await import('../editor/code-editor.tsx')).CodeEditor }));

const NO_MISTAKES: readonly Mistake[] = [];
const NO_EXAMPLES: readonly string[] = [];
/** A person who stops typing for so long may be told what is missing. */
const PAUSE_MS = 500;

/** SQL, Logs Insights and plain questions: an editor, the answer as table and picture, and what was asked before. */
export function QueryView(view: ViewProps) {
  const { address, range } = view;
  const language = languageOf(address.parameters['language']);
  const asked = address.parameters['q'] ?? '';
  const [draft, setDraft] = useDraft(language, asked);
  const [round, setRound] = useState(0);
  const [cancelled, setCancelled] = useState<string | null>(null);
  const scope = { range, zoneName: zoneNameOf(view.zone) };
  const body = language.body(asked, scope);
  const key = asked === '' ? null : `${language.path} ${JSON.stringify(body)} ${round}`;
  const isCancelled = key !== null && cancelled === key;
  const [progress, setProgress] = useState<Progress | null>(null);
  const answer = useResource<Answer>(isCancelled ? null : key, (signal) => {
    setProgress(null);
    return language.ask(asked, scope, signal, setProgress);
  });
  const { value, problem, isLoading } = answer;
  const { last, from, to } = address.parameters;
  const queryRange = useMemo(() => rangeParametersOf({ last, from, to }), [last, from, to]);
  useEffect(() => {
    if (value !== null && !isLoading && asked !== '')
      rememberQuery({ language: language.name, text: asked, range: queryRange });
  }, [value, isLoading, asked, language, queryRange]);
  const run = (text: string): void => {
    setCancelled(null);
    if (text.trim() === '') return;
    if (text === asked) setRound(round + 1);
    else goTo(hrefWith(address, { q: text }));
  };
  const mistakes = useMistakes(view, language, draft, problem === null || draft !== asked ? null : problem);
  const isShown = value !== null && problem === null && !isCancelled && asked !== '';
  return (
    <section className="query">
      <LanguageChoice address={address} language={language} />
      <div className="query-columns">
        <div className="query-main" aria-busy={isLoading}>
          <Suspense fallback={<div className="editor-placeholder" aria-busy="true" />}>
            <CodeEditor
              label={`${language.label} query`}
              language={language.name}
              value={draft}
              onChange={setDraft}
              onRun={run}
              mistakes={mistakes}
              takesFocus={asked === ''}
              askValues={(field, prefix, signal) => askLakeValues(range, field, prefix, signal)}
            />
          </Suspense>
          <RunLine
            language={language}
            text={draft}
            range={queryRange}
            isLoading={isLoading}
            progress={progress}
            isCancelled={isCancelled}
            onRun={() => run(draft)}
            onCancel={() => setCancelled(key)}
          />
          {problem === null ? null : (
            <ProblemPanel
              problem={problem}
              text={asked}
              onMend={setDraft}
              examples={language.name === 'ask' ? language.examples.map(({ text }) => text) : NO_EXAMPLES}
            />
          )}
          {isShown && !isLoading && value.reading !== undefined ? (
            <Reading question={asked} reading={value.reading} zoneName={scope.zoneName} onAsk={run} />
          ) : null}
          {isShown && !isLoading ? (
            <Doubts text={asked} warnings={value.warnings ?? []} onMend={run} />
          ) : null}
          {isShown ? (
            <AnswerPanel key={key} view={view} language={language} asked={asked} body={body} answer={value} />
          ) : null}
        </div>
        <QueryLists address={address} language={language} onExample={setDraft} />
      </div>
    </section>
  );
}

/** What was asked and may not have been meant, in words, with the likely word one click away. */
function Doubts(props: {
  readonly text: string;
  readonly warnings: NonNullable<Answer['warnings']>;
  readonly onMend: (text: string) => void;
}) {
  const { text, warnings, onMend } = props;
  if (warnings.length === 0) return null;
  return (
    <div className="doubts" role="status">
      {warnings.map(({ message, start, end }) => {
        const likely = likelyField(text.slice(start, end));
        return (
          <p key={`${start} ${message}`}>
            {message}
            {likely === null ? null : (
              <>
                {' '}
                <button
                  type="button"
                  className="text-button"
                  onClick={() => onMend(text.slice(0, start) + likely + text.slice(end))}
                >
                  Use {likely}
                </button>
              </>
            )}
          </p>
        );
      })}
    </div>
  );
}

/** The text being written: begins as the one that was asked, or as an example. */
function useDraft(language: Language, asked: string): readonly [string, (text: string) => void] {
  const initial = asked === '' ? (language.examples[0]?.text ?? '') : asked;
  const [draft, setDraft] = useState(initial);
  useEffect(() => setDraft(initial), [initial]);
  return [draft, setDraft];
}

/** Mistakes of the text: Logs Insights is read here while it is typed, the others by the server when they run. */
function useMistakes(
  view: ViewProps,
  language: Language,
  draft: string,
  problem: Parameters<typeof mistakesOf>[0] | null,
): readonly Mistake[] {
  const [settled, setSettled] = useState(draft);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(draft), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [draft]);
  const { range } = view;
  return useMemo(() => {
    if (problem !== null) return mistakesOf(problem, draft);
    if (language.name !== 'insights' || settled !== draft) return NO_MISTAKES;
    return insightsMistakes(draft, range, Date.now() / 1000);
  }, [problem, draft, settled, language, range]);
}

function LanguageChoice({ address, language }: { readonly address: Address; readonly language: Language }) {
  return (
    <div className="panel-line">
      <Choice
        label="Language"
        entries={LANGUAGES}
        current={language.name}
        onChoose={(name) => goTo(hrefWith(address, { language: name, q: null, show: null }))}
      />
      <span className="hint">{language.note}</span>
    </div>
  );
}

function rangeParametersOf(parameters: {
  readonly last: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}): QueryRange {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== undefined));
}
