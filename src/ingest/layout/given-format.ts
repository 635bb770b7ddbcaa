import {
  DEFAULT_FORMAT,
  type Layout,
  layoutOf,
  layoutOfFields,
  TGW_DEFAULT_FORMAT,
} from '../../record/index.ts';
import { ingestError } from '../errors.ts';

/** Names that stand for a whole format. */
const NAMED: Readonly<Record<string, Layout>> = {
  default: layoutOfFields(DEFAULT_FORMAT),
  'tgw-default': layoutOfFields(TGW_DEFAULT_FORMAT),
};

/**
 * The layout that a person gives with `--format`: a LogFormat (`${version} ${account-id} …`), field names parted by
 * spaces or commas, or `default` and `tgw-default`. Names that the catalogue does not know become text columns.
 * Errors: `ingest.bad-format` (kind `config`) with the name at fault.
 */
export function parseGivenFormat(text: string): Layout {
  const named = NAMED[text.trim()];
  if (named !== undefined) return named;
  const names = text
    .split(/[\s,]+/)
    .filter((item) => item !== '')
    .map((item) => /^\$\{([^{}]+)\}$/.exec(item)?.[1] ?? item);
  const layout = layoutOf(names);
  if (layout !== null) return layout;
  throw ingestError('ingest.bad-format', { format: text, problem: problemOf(names) });
}

function problemOf(names: readonly string[]): string {
  if (names.length === 0) return 'it names no field';
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) return `"${repeated}" stands twice`;
  const strange = names.find((name) => layoutOf(['version', name]) === null && layoutOf([name]) === null);
  return strange === undefined ? 'not one of its names is a flow log field' : `"${strange}" is no field name`;
}
