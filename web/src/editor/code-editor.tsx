import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching } from '@codemirror/language';
import { lintKeymap, setDiagnostics } from '@codemirror/lint';
import { EditorState, type Extension, Prec } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { diagnosticsOf, type Mistake } from './diagnostics.ts';
import { insightsLanguage } from './insights-language.ts';
import { questionLanguage } from './question-language.ts';
import { sqlLanguage } from './sql-language.ts';
import { editorTheme, shortEditor } from './theme.ts';
import type { AskValues } from './value-completion.ts';

/** The languages that the editor knows. */
export type EditorLanguage = 'sql' | 'insights' | 'ask';

interface CodeEditorProps {
  readonly label: string;
  readonly language: EditorLanguage;
  readonly value: string;
  readonly onChange: (text: string) => void;
  /** Ctrl+Enter; Enter in a plain question. */
  readonly onRun: (text: string) => void;
  /** What is wrong in the present text, marked at its place. */
  readonly mistakes: readonly Mistake[];
  readonly askValues: AskValues;
  /** True to begin with the cursor in the text; only when the editor appears. */
  readonly takesFocus: boolean;
}

/**
 * A text with colours, completion and marks at mistakes. It lives in a shadow root, because there its styles are
 * constructed sheets: the page's policy forbids style elements. Tab leaves it, so that nobody is caught in it.
 */
export function CodeEditor(props: CodeEditorProps) {
  const { label, language, value, mistakes } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const isFirst = useRef(true);
  const latest = useRef(props);
  latest.current = props;
  useEffect(() => {
    if (host.current === null) return undefined;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: 'open' });
    const made = new EditorView({ root, parent: root, state: stateOf(latest, label, language) });
    view.current = made;
    if (isFirst.current && latest.current.takesFocus) made.focus();
    isFirst.current = false;
    return () => {
      made.destroy();
      view.current = null;
    };
  }, [label, language]);
  useEffect(() => {
    const shown = view.current;
    if (shown === null || shown.state.doc.toString() === value) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: value } });
  }, [value, language]);
  useEffect(() => {
    const shown = view.current;
    if (shown === null) return;
    shown.dispatch(setDiagnostics(shown.state, diagnosticsOf(mistakes, shown.state.doc.length)));
  }, [mistakes, value, language]);
  return (
    <div className={language === 'ask' ? 'code-editor is-short' : 'code-editor'}>
      {/* Keys typed here are text, whatever they mean elsewhere on the page: only those with Ctrl go on. */}
      <div
        ref={host}
        onKeyDown={(event) => {
          if (!event.ctrlKey && !event.metaKey) event.stopPropagation();
        }}
      />
      <p className="editor-hint" aria-hidden="true">
        <kbd>{language === 'ask' ? 'Enter' : 'Ctrl+Enter'}</kbd> runs, <kbd>Ctrl+Space</kbd> completes,{' '}
        <kbd>Tab</kbd> takes a completion or leaves the editor
      </p>
    </div>
  );
}

function stateOf(
  latest: { readonly current: CodeEditorProps },
  label: string,
  language: EditorLanguage,
): EditorState {
  const run = (shown: EditorView): boolean => {
    latest.current.onRun(shown.state.doc.toString());
    return true;
  };
  return EditorState.create({
    doc: latest.current.value,
    extensions: [
      Prec.highest(
        keymap.of([
          { key: 'Mod-Enter', run },
          ...(language === 'ask' ? [{ key: 'Enter', run }] : []),
          { key: 'Tab', run: acceptCompletion },
        ]),
      ),
      ...(language === 'ask' ? [] : [lineNumbers(), highlightActiveLine(), highlightActiveLineGutter()]),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ icons: false, activateOnTyping: true, maxRenderedOptions: 60 }),
      replaceSelection,
      languageOf(language, (field, prefix, signal) => latest.current.askValues(field, prefix, signal)),
      // The earlier one wins.
      ...(language === 'ask' ? [shortEditor] : []),
      editorTheme,
      EditorState.tabSize.of(2),
      EditorView.contentAttributes.of({
        'aria-label': label,
        'aria-description':
          'Ctrl+Enter runs, Ctrl+Space completes, Tab takes a completion or leaves the editor.',
        spellcheck: 'false',
        autocapitalize: 'off',
      }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) latest.current.onChange(update.state.doc.toString());
      }),
      keymap.of([
        ...closeBracketsKeymap,
        ...defaultKeymap,
        ...historyKeymap,
        ...completionKeymap,
        ...lintKeymap,
      ]),
    ],
  });
}

/**
 * Typing over a selection, done here: the browser would keep the look of the old text in an inline style, which the
 * page's policy forbids.
 */
const replaceSelection = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { main, ranges } = view.state.selection;
    const text = event.data;
    if (event.inputType !== 'insertText' || text === null || view.composing) return false;
    if (main.empty || ranges.length > 1) return false;
    event.preventDefault();
    const change = () =>
      view.state.update(view.state.replaceSelection(text), { userEvent: 'input.type', scrollIntoView: true });
    const isHandled = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, main.from, main.to, text, change));
    if (!isHandled) view.dispatch(change());
    return true;
  },
});

function languageOf(language: EditorLanguage, ask: AskValues): Extension {
  switch (language) {
    case 'sql':
      return sqlLanguage(ask);
    case 'insights':
      return insightsLanguage(ask);
    case 'ask':
      return questionLanguage(() => Date.now() / 1000);
  }
}
