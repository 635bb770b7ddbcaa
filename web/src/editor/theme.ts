import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** For one or two lines of words. */
export const shortEditor: Extension = EditorView.theme({ '.cm-scroller': { minHeight: '60px' } });

/** Looks of the editor, all of them from the tokens, so that both themes follow without a second definition. */
export const editorTheme: Extension = [
  EditorView.theme({
    '&': {
      border: '1px solid var(--line-strong)',
      borderRadius: '4px',
      backgroundColor: 'var(--paper)',
      color: 'var(--ink)',
      fontSize: '12.5px',
    },
    '&.cm-focused': { outline: '1px solid var(--focus)', borderColor: 'var(--focus)' },
    '.cm-scroller': {
      fontFamily: 'var(--mono)',
      lineHeight: '20px',
      minHeight: '120px',
      maxHeight: '44vh',
      overflow: 'auto',
    },
    '.cm-content': { padding: '8px 0', caretColor: 'var(--ink)' },
    '.cm-line': { padding: '0 12px 0 8px' },
    '.cm-gutters': {
      backgroundColor: 'var(--paper)',
      color: 'var(--ink-3)',
      border: 'none',
      paddingLeft: '4px',
    },
    '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'transparent' },
    '&.cm-focused .cm-activeLine': { backgroundColor: 'var(--paper-sunken)' },
    '.cm-cursor': { borderLeftColor: 'var(--ink)' },
    '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': {
      background: 'var(--selected)',
    },
    '.cm-matchingBracket, &.cm-focused .cm-matchingBracket': {
      backgroundColor: 'transparent',
      outline: '1px solid var(--line-strong)',
    },
    '.cm-placeholder': { color: 'var(--ink-3)' },
    '.cm-tooltip': {
      border: 'none',
      borderRadius: '6px',
      backgroundColor: 'var(--paper-raised)',
      color: 'var(--ink)',
      boxShadow: 'var(--shadow)',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul': {
      fontFamily: 'var(--mono)',
      fontSize: '12px',
      padding: '4px',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li': {
      display: 'flex',
      gap: '16px',
      padding: '2px 8px',
      borderRadius: '4px',
      lineHeight: '20px',
    },
    '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
      backgroundColor: 'var(--selected)',
      color: 'var(--ink)',
    },
    '.cm-completionMatchedText': { textDecoration: 'none', fontWeight: '600' },
    '.cm-completionDetail': {
      flex: '1',
      marginLeft: '0',
      color: 'var(--ink-2)',
      fontFamily: 'var(--sans)',
      fontStyle: 'normal',
      textAlign: 'right',
      overflow: 'hidden',
      textOverflow: 'ellipsis',
    },
    '.cm-tooltip.cm-completionInfo': {
      padding: '8px 12px',
      maxWidth: '360px',
      fontFamily: 'var(--sans)',
      fontSize: '12px',
      lineHeight: '17px',
    },
    '.cm-lintRange-error': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--danger)',
      textUnderlineOffset: '4px',
    },
    '.cm-lintRange-warning': {
      backgroundImage: 'none',
      textDecoration: 'underline wavy var(--skipdata)',
      textUnderlineOffset: '4px',
    },
    '.cm-diagnostic': { padding: '6px 10px', fontFamily: 'var(--sans)', borderLeftWidth: '3px' },
    '.cm-diagnostic-error': { borderLeftColor: 'var(--danger)' },
    '.cm-diagnostic-warning': { borderLeftColor: 'var(--skipdata)' },
    '.cm-diagnosticAction': {
      backgroundColor: 'var(--accent)',
      color: 'var(--accent-ink)',
      font: 'inherit',
    },
    '.cm-part': { textDecoration: 'underline 2px var(--code-function)', textUnderlineOffset: '4px' },
    '.cm-unused': { color: 'var(--ink-3)', textDecoration: 'line-through' },
  }),
  syntaxHighlighting(
    HighlightStyle.define([
      { tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword], color: 'var(--code-keyword)' },
      { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: 'var(--code-string)' },
      { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
      { tag: [tags.function(tags.variableName), tags.typeName], color: 'var(--code-function)' },
      { tag: tags.standard(tags.name), color: 'var(--code-function)' },
      {
        tag: [tags.comment, tags.lineComment, tags.blockComment],
        color: 'var(--ink-3)',
        fontStyle: 'italic',
      },
      { tag: tags.propertyName, color: 'var(--ink)' },
      { tag: tags.invalid, color: 'var(--danger)' },
    ]),
  ),
];
