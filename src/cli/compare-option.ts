import { parseDurationSeconds, WeirError } from '../base/index.ts';
import type { CommandContext } from './command.ts';
import type { TimeChoice } from './lake-command.ts';

/**
 * `--compare` as a range with both ends and how many seconds earlier the other one is; the range as it is without the
 * option. Errors: `cli.bad-option` for what is no length of time, and when the range has no beginning.
 */
export function compareOption(
  context: CommandContext,
  range: TimeChoice,
): { readonly range: TimeChoice; readonly compareShiftSeconds?: number } {
  const text = context.value('compare');
  if (text === undefined) return { range };
  const { startSeconds } = range;
  if (startSeconds === null)
    throw new WeirError(
      'query',
      'cli.bad-option',
      '--compare needs to know which time is compared: add --last 24h or --since',
    );
  const endSeconds = range.endSeconds ?? Math.ceil(context.nowSeconds);
  const shift = text === 'previous' ? endSeconds - startSeconds : parseDurationSeconds(text);
  if (shift === null || !Number.isInteger(shift) || shift < 1)
    throw new WeirError(
      'query',
      'cli.bad-option',
      `--compare "${text}" is neither previous nor a length of time such as 1d or 7d`,
    );
  return { range: { startSeconds, endSeconds }, compareShiftSeconds: shift };
}
