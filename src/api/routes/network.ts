import { runNetwork } from '../../analyze/index.ts';
import { analyzeDeps } from '../context.ts';
import { networkQuerySchema, networkSchema } from '../contract/network.ts';
import { remembered } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';
import { readScope } from '../scope.ts';

/** Who talks to whom. */
export const networkRoute = defineRoute({
  method: 'get',
  path: '/api/network',
  summary:
    'Who talks to whom: subnets, blocks of addresses, AWS services and the internet as nodes, volume and rejects as edges',
  query: networkQuerySchema,
  response: networkSchema,
  handler: async (context, query) => {
    const { level, v4, v6, measure, limit, hosts } = query;
    const scope = await readScope(context, query);
    const question = {
      range: scope.time,
      filter: scope.filter,
      level,
      v4,
      v6,
      by: measure,
      limit,
      hosts,
      expand: query.expand.split(',').filter((id) => id !== ''),
    };
    const answer = await remembered(
      context,
      ['network', question],
      () => context.withSession((session) => runNetwork(analyzeDeps(context, session), question)),
      ({ nodes, edges }) => 16 * nodes.length + 6 * edges.length,
    );
    const { table, why, compiled } = answer.explanation;
    return {
      range: scope.range,
      nodes: answer.nodes.map((node) => ({ ...node, cidrs: [...node.cidrs] })),
      edges: [...answer.edges],
      other: answer.other,
      total: answer.total,
      explain: { table, why, sql: compiled.literalSql, seconds: answer.seconds },
    };
  },
});
