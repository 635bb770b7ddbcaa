import { WeirError } from '../base/index.ts';
import type { CaptureSource } from './capture-source.ts';
import type { CaptureTool } from './capture-tool.ts';
import type { ChildEnd } from './child.ts';

/**
 * Why a tool never began to capture, and what to do about it.
 * Errors given: `capture.not-permitted`, `capture.no-source`, `capture.failed` (kind `service`), each with what the tool said.
 */
export function explainFailure(
  tool: CaptureTool,
  source: CaptureSource,
  end: ChildEnd,
  words: string,
): WeirError {
  const said = words === '' ? describeEnd(end) : words;
  const details = { tool: tool.path, source: source.name, said };
  if (/permission|not permitted|EPERM|EACCES/i.test(said)) {
    return new WeirError(
      'service',
      'capture.not-permitted',
      `${tool.name} may not capture on ${source.name} (${firstSentence(said)}); run as root, or let the tool do it: ` +
        `sudo setcap cap_net_raw,cap_net_admin=ep ${tool.path}`,
      { details },
    );
  }
  if (
    /no such device|there is no device|doesn't exist|SIOCGIFHWADDR|isn't a valid network interface/i.test(
      said,
    )
  ) {
    return new WeirError(
      'service',
      'capture.no-source',
      `there is no ${source.name} to capture on (${firstSentence(said)}); ${tool.name} -D lists what there is`,
      { details },
    );
  }
  return new WeirError(
    'service',
    'capture.failed',
    `${tool.name} cannot capture on ${source.name}: ${said}`,
    {
      details,
    },
  );
}

/** How a process ended, in words. */
export function describeEnd({ code, signal, problem }: ChildEnd): string {
  if (problem !== null) return problem;
  return signal === null ? `ended with exit code ${code ?? '?'}` : `was ended by ${signal}`;
}

/** dumpcap gives a page of advice after what happened. */
function firstSentence(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 159)}…`;
}
