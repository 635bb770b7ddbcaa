/** What a tool has said on its standard error: totals of lost packets, and its last words. */
export interface ToolWords {
  /** Packets lost since the last call, as far as the tool has told. */
  takeLost(): number;
  /** It has said that it listens, which it does once it is ready for signals. */
  readonly isListening: boolean;
  /** The last lines that were no statistics, joined; empty when there were none. */
  readonly lastWords: string;
  push(text: string): void;
}

const DROPPED = /(\d+) packets? dropped by (kernel|interface)/g;
/** Lines that say how it goes, not what went wrong. */
const STATISTICS = /\bpackets? (captured|received|dropped)|listening on|^Capturing on|^File: |^Packets /;
const KEPT_LINES = 4;
const MAX_LINE = 1024;

/**
 * Reads the standard error of tcpdump and dumpcap. tcpdump counts in 32 bits, which go round after four thousand million
 * losses; dumpcap's own counts are in its capture and not read here.
 */
export function createToolWords(): ToolWords {
  const totals: Record<string, number> = { kernel: 0, interface: 0 };
  let untold = 0;
  let isListening = false;
  let line = '';
  let last: readonly string[] = [];
  const readLine = (): void => {
    for (const [, count, where = ''] of line.matchAll(DROPPED)) {
      untold += (Number(count) - (totals[where] ?? 0)) >>> 0;
      totals[where] = Number(count);
    }
    isListening ||= line.includes('listening on');
    if (line.trim() !== '' && !STATISTICS.test(line)) last = [...last, line.trim()].slice(-KEPT_LINES);
    line = '';
  };
  return {
    takeLost: () => {
      const taken = untold;
      untold = 0;
      return taken;
    },
    get isListening() {
      return isListening;
    },
    get lastWords() {
      const unfinished = line.trim() === '' || STATISTICS.test(line) ? [] : [line.trim()];
      return [...last, ...unfinished].join(' ');
    },
    push: (text) => {
      const [first = '', ...rest] = text.split('\n');
      line = (line + first).slice(0, MAX_LINE);
      for (const next of rest) {
        readLine();
        line = next.slice(0, MAX_LINE);
      }
    },
  };
}
