import { type Extension, RangeSetBuilder } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin } from '@codemirror/view';
import { readQuestion } from '../../../src/query/index.ts';

/** Plain questions for the editor: what was understood is underlined, what was not used is struck out, while typing. */
export function questionLanguage(nowSeconds: () => number): Extension {
  return [
    EditorView.lineWrapping,
    ViewPlugin.define(
      (view) => ({
        marks: marksOf(view.state.doc.toString(), nowSeconds()),
        update({ docChanged, state }) {
          if (docChanged) this.marks = marksOf(state.doc.toString(), nowSeconds());
        },
      }),
      { decorations: (plugin) => plugin.marks },
    ),
  ];
}

function marksOf(text: string, nowSeconds: number): DecorationSet {
  const { parts, unused } = readQuestion(text, { nowSeconds });
  const used = parts.map((part) => ({ ...part, mark: part.text, name: 'cm-part' }));
  const left = unused.map((word) => ({ ...word, mark: 'played no part', name: 'cm-unused' }));
  const spans = [...used, ...left]
    .filter(({ start, end }) => start < end && end <= text.length)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  const builder = new RangeSetBuilder<Decoration>();
  for (const { start, end, mark, name } of spans)
    builder.add(start, end, Decoration.mark({ class: name, attributes: { title: mark } }));
  return builder.finish();
}
