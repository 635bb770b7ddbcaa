import { useEffect, useState } from 'react';
import type { AnswerTable } from '../../../src/api/index.ts';
import { goTo, hrefWith } from '../address.ts';
import { formatQuantity } from '../format.ts';
import { CopyMenu } from '../parts/copy-menu.tsx';
import { DataGrid, gridTsv } from '../parts/data-grid.tsx';
import { useResource } from '../resource.ts';
import type { ViewProps } from '../view.ts';
import { historyOf, remember } from './history.ts';
import { type Answer, LANGUAGES, type Language, languageOf } from './languages.ts';
import { QueryProblem } from './query-problem.tsx';
import { Reading } from './reading.tsx';
import { SchemaList } from './schema-list.tsx';

/** SQL and Logs Insights: an editor, the answer as a grid, examples, and what was asked before. */
export function QueryView(view: ViewProps) {
  const { address, range, zone } = view;
  const language = languageOf(address.parameters['language']);
  const asked = address.parameters['q'] ?? '';
  const [text, setText] = useState(asked === '' ? (language.examples[0]?.text ?? '') : asked);
  const [round, setRound] = useState(0);
  useEffect(() => {
    setText(asked === '' ? (language.examples[0]?.text ?? '') : asked);
  }, [asked, language]);
  const body = language.body(asked, range);
  const key = asked === '' ? null : `${language.path} ${JSON.stringify(body)} ${round}`;
  const answer = useResource<Answer>(key, (signal) => language.ask(asked, range, signal));
  useEffect(() => {
    if (answer.value !== null && !answer.isLoading) remember({ language: language.name, text: asked });
  }, [answer.value, answer.isLoading, asked, language]);
  const run = (): void => {
    if (text === asked) setRound(round + 1);
    else goTo(hrefWith(address, { q: text }));
  };
  return (
    <section className="query">
      <div className="panel-line">
        <div className="choice" role="radiogroup" aria-label="Language">
          {LANGUAGES.map((entry) => (
            <button
              key={entry.name}
              type="button"
              role="radio"
              aria-checked={entry === language}
              onClick={() => goTo(hrefWith(address, { language: entry.name, q: null }))}
            >
              {entry.label}
            </button>
          ))}
        </div>
        <span className="hint">{language.note}</span>
      </div>
      <div className="query-columns">
        <div>
          <textarea
            className="editor"
            value={text}
            rows={Math.min(16, Math.max(5, text.split('\n').length + 1))}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
                event.preventDefault();
                run();
              }
            }}
            aria-label={`${language.label} query`}
            spellCheck={false}
            autoCapitalize="off"
          />
          <div className="panel-line">
            <button type="button" className="primary" onClick={run} disabled={text.trim() === ''}>
              Run
            </button>
            <span className="hint">Ctrl+Enter</span>
            {answer.isLoading ? <span role="status">Running…</span> : null}
            {answer.value === null || answer.isLoading ? null : (
              <>
                <span className="panel-note" role="status">
                  {summaryOf(answer.value)}
                </span>
                <button
                  type="button"
                  className="text-button"
                  onClick={() => {
                    const table = answer.value;
                    if (table !== null)
                      void navigator.clipboard?.writeText(gridTsv(table.columns, table.rows));
                  }}
                >
                  Copy as TSV
                </button>
                <CopyMenu
                  sql={language.name === 'sql' ? asked : null}
                  command={language.command(asked)}
                  post={{ path: language.path, body }}
                />
              </>
            )}
          </div>
          {answer.problem === null ? null : <QueryProblem problem={answer.problem} text={asked} />}
          {answer.value?.reading === undefined ? null : <Reading reading={answer.value.reading} />}
          {answer.value === null || answer.problem !== null ? null : (
            <DataGrid
              key={key}
              label="Answer"
              columns={answer.value.columns}
              rows={answer.value.rows}
              zone={zone}
              height={520}
            />
          )}
        </div>
        <aside>
          <Examples language={language} onChoose={setText} />
          <History
            onChoose={(entry) => goTo(hrefWith(address, { language: entry.language, q: entry.text }))}
          />
          {language.name === 'sql' ? <SchemaList /> : null}
        </aside>
      </div>
    </section>
  );
}

function summaryOf({ rows, truncated, seconds }: AnswerTable): string {
  const count = formatQuantity(rows.length, 'count').short;
  return `${truncated ? `the first ${count} rows, there are more` : `${count} ${rows.length === 1 ? 'row' : 'rows'}`}, ${Math.max(1, Math.round(seconds * 1000))} ms`;
}

function Examples({
  language,
  onChoose,
}: {
  readonly language: Language;
  readonly onChoose: (text: string) => void;
}) {
  return (
    <>
      <h2>Examples</h2>
      <ul className="query-list">
        {language.examples.map((example) => (
          <li key={example.name}>
            <button type="button" title={example.text} onClick={() => onChoose(example.text)}>
              {example.name}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function History({
  onChoose,
}: {
  readonly onChoose: (entry: { readonly language: string; readonly text: string }) => void;
}) {
  const entries = historyOf();
  if (entries.length === 0) return null;
  return (
    <>
      <h2>Asked before</h2>
      <ul className="query-list">
        {entries.map((entry) => (
          <li key={`${entry.language} ${entry.text}`}>
            <button type="button" className="code" title={entry.text} onClick={() => onChoose(entry)}>
              {entry.text.replaceAll(/\s+/g, ' ')}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
