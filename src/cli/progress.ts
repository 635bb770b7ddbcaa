import { formatCount, formatDuration, type Progress, type Reporter } from '../base/index.ts';

/** Progress for people: a bar on a terminal, a line now and then in a log. */
export interface ProgressReporter extends Reporter {
  /** Takes the bar away, so that other text starts on a clean line. */
  clear(): void;
}

const TERMINAL_EVERY_MS = 100;
const LOG_EVERY_MS = 10_000;
const BAR_WIDTH = 24;

/**
 * A reporter on stderr: on a terminal one line that is redrawn ten times a second with rate and time left, elsewhere a
 * line every ten seconds. Warnings get a line of their own, the same one only once.
 */
export function createProgressReporter(
  stream: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number },
  clock: () => number = () => performance.now(),
): ProgressReporter {
  const isTerminal = stream.isTTY === true;
  const warned = new Set<string>();
  let startedMs = clock();
  let phase = '';
  let drawnMs = isTerminal ? Number.NEGATIVE_INFINITY : clock();
  let isDrawn = false;

  const clear = (): void => {
    if (isDrawn) stream.write('\r\u001b[2K');
    isDrawn = false;
  };
  return {
    clear,
    progress: (progress) => {
      const now = clock();
      if (progress.phase !== phase) {
        phase = progress.phase;
        startedMs = now;
      }
      if (now - drawnMs < (isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
      drawnMs = now;
      const text = formatProgress(progress, (now - startedMs) / 1000);
      if (!isTerminal) {
        stream.write(`${text}\n`);
        return;
      }
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? 80) - 1)}`);
      isDrawn = true;
    },
    warn: (message) => {
      if (warned.has(message)) return;
      warned.add(message);
      clear();
      stream.write(`weir: ${message}\n`);
    },
  };
}

/** `reading  [######------------] 25 %  1.2 M of 4.8 M, 310 k/s, 12 s left`. */
export function formatProgress({ phase, done, total }: Progress, seconds: number): string {
  const rate = seconds > 0.2 ? done / seconds : 0;
  const speed = rate > 0 ? `, ${formatCount(Math.round(rate))}/s` : '';
  if (total === null || total <= 0) return `${phase}  ${formatCount(done)}${speed}`;
  const share = Math.min(1, done / total);
  const filled = Math.round(share * BAR_WIDTH);
  const bar = `${'#'.repeat(filled)}${'-'.repeat(BAR_WIDTH - filled)}`;
  const left = rate > 0 && done < total ? `, ${formatDuration((total - done) / rate)} left` : '';
  return `${phase}  [${bar}] ${Math.floor(share * 100)} %  ${formatCount(done)} of ${formatCount(total)}${speed}${left}`;
}
