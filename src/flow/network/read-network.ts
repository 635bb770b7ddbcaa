import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { WeirError } from '../../base/index.ts';
import { checkContents, checkReferences } from './check-network.ts';
import type { NetworkProblem } from './check-rules.ts';
import { type NetworkSpec, networkSchema } from './schema.ts';

/** A problem with its place in the text; line and column count from 1. */
export interface PlacedProblem {
  readonly line: number;
  readonly column: number;
  /** The keys that lead to it, `interfaces[2].subnet`; empty for the text itself. */
  readonly path: string;
  readonly message: string;
}

/**
 * Reads `network.yaml` (or the same as JSON, which is YAML too).
 *
 * Errors: `flow.bad-network` (kind `config`) with every problem at once, one per line as `NAME:LINE:COLUMN: …`, and as
 * `details.problems`.
 * @param name what the messages call the text
 */
export function parseNetwork(text: string, name: string): NetworkSpec {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map((error) => {
      const { line, col } = lines.linePos(error.pos[0]);
      return { line, column: col, path: '', message: error.message };
    });
    throw badNetwork(name, problems);
  }
  const { spec, problems } = check(document.toJS() ?? {});
  if (spec === null || problems.length > 0)
    throw badNetwork(
      name,
      problems.map((problem) => placed(problem, document, lines)),
    );
  return spec;
}

/** Checks a model that did not come as text: from `describe-*` files, or made by a program. Errors as above, without lines. */
export function checkedNetwork(value: unknown, name: string): NetworkSpec {
  const { spec, problems } = check(value);
  if (spec !== null && problems.length === 0) return spec;
  throw badNetwork(
    name,
    problems.map(({ path, message }) => ({ line: 0, column: 0, path: formatPath(path), message })),
  );
}

function check(tree: unknown): { spec: NetworkSpec | null; problems: readonly NetworkProblem[] } {
  const parsed = networkSchema.safeParse(tree);
  const references = checkReferences(tree);
  return parsed.success
    ? { spec: parsed.data, problems: [...references, ...checkContents(parsed.data)] }
    : { spec: null, problems: [...parsed.error.issues.flatMap(problemsOfIssue), ...references] };
}

interface Issue {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly errors?: readonly (readonly Issue[])[];
}

/** A union says what each of its forms wanted; people want the last, most telling one. Unknown keys are one problem each. */
function problemsOfIssue(issue: Issue): readonly NetworkProblem[] {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'unrecognized_keys')
    return (issue.keys ?? []).map((key) => ({
      path: [...path, key],
      message: `there is no key "${key}" here`,
    }));
  if (issue.code === 'invalid_union') {
    const wanted = (issue.errors ?? []).flatMap((form) => form.slice(0, 1).map((inner) => inner.message));
    return [{ path, message: [...new Set(wanted)].join('; or ') || issue.message }];
  }
  return [{ path, message: issue.message }];
}

/** The place of a problem: its node, else the closest thing above it that has one. */
function placed(problem: NetworkProblem, document: Document, lines: LineCounter): PlacedProblem {
  const path = formatPath(problem.path);
  for (let length = problem.path.length; length >= 0; length--) {
    const offset = offsetOf(document, problem.path.slice(0, length));
    if (offset === null) continue;
    const { line, col } = lines.linePos(offset);
    return { line, column: col, path, message: problem.message };
  }
  return { line: 1, column: 1, path, message: problem.message };
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | null {
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) && node.range ? node.range[0] : null;
}

function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((key, index) => (typeof key === 'number' ? `[${key}]` : index === 0 ? key : `.${key}`))
    .join('');
}

function badNetwork(name: string, problems: readonly PlacedProblem[]): WeirError {
  const sorted = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  const lines = sorted.map(({ line, column, path, message }) => {
    const place = line === 0 ? name : `${name}:${line}:${column}`;
    return `${place}: ${path === '' ? '' : `${path}: `}${message}`;
  });
  return new WeirError('config', 'flow.bad-network', lines.join('\n'), { details: { problems: sorted } });
}
