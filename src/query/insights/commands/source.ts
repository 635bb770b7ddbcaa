import type { Span } from '../../problem.ts';
import type { Query } from '../query.ts';

/**
 * `SOURCE logGroups(…)`, `SOURCE dataSource([…])`, `SOURCE '/group'`: which logs are asked. The lake holds the flow
 * logs that were read into it, so the selection is checked and then means all of them.
 */
export function parseSource(query: Query, command: Span): void {
  if (query.steps.length > 0 || query.hasFields)
    throw query.misplaced(command, 'SOURCE must be the first command');
  let depth = 0;
  let isFlow = true;
  let inDataSource = false;
  const sources: string[] = [];
  while (!(depth === 0 && query.atEnd())) {
    const token = query.lexer.next();
    if (token.kind === 'end') throw query.unexpected(token, '")"');
    if (token.text === '(' || token.text === '[') depth++;
    if (token.text === ')' || token.text === ']') depth--;
    if (depth === 0) inDataSource = false;
    if (token.kind === 'name' && token.text.toLowerCase() === 'datasource') inDataSource = true;
    if (token.kind === 'string' && inDataSource) sources.push(token.text);
  }
  if (sources.length > 0) isFlow = sources.includes('amazon_vpc.flow');
  if (!isFlow) query.push({ kind: 'where', condition: { kind: 'or', terms: [] } });
  const reason = isFlow
    ? 'SOURCE selects log groups in AWS; here it means every flow log of the lake'
    : 'the lake holds amazon_vpc.flow only, so no event matches this SOURCE';
  query.environment.note(reason, command);
}
