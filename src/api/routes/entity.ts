import { type Entity, entitySeen, runEntity } from '../../analyze/index.ts';
import { canonicalIp, WeirError } from '../../base/index.ts';
import { analyzeDeps } from '../context.ts';
import { entityQuerySchema, entitySchema } from '../contract/entity.ts';
import { remembered } from '../plan-answer.ts';
import { defineRoute } from '../route.ts';
import { readScope } from '../scope.ts';

/** Everything about one address, interface, instance or port. */
export const entityRoute = defineRoute({
  method: 'get',
  path: '/api/entity',
  summary:
    'One address, interface, instance or port: when seen, where it is, its roles, peers, ports and rejects',
  query: entityQuerySchema,
  response: entitySchema,
  handler: async (context, query) => {
    const entity = entityOf(query.kind, query.value);
    const scope = await readScope(context, query);
    const question = {
      entity,
      range: scope.time,
      filter: scope.filter,
      by: query.measure,
      limit: query.limit,
    };
    const [seen, answer] = await Promise.all([
      remembered(
        context,
        ['seen', entity],
        () => context.withSession((session) => entitySeen(analyzeDeps(context, session), entity)),
        () => 2,
      ),
      remembered(
        context,
        ['entity', question],
        () => context.withSession((session) => runEntity(analyzeDeps(context, session), question)),
        ({ lists }) => 7 * lists.reduce((sum, { rows }) => sum + rows.length, 8),
      ),
    ]);
    const { table, why, compiled } = answer.explanation;
    return {
      range: scope.range,
      ...seen,
      total: answer.total,
      sent: answer.sent,
      received: answer.received,
      roles: answer.roles,
      places: [...answer.places],
      lists: answer.lists.map((list) => ({
        ...list,
        fields: [...list.fields],
        rows: list.rows.map((row) => ({ ...row, values: [...row.values] })),
      })),
      explain: { table, why, sql: compiled.literalSql, seconds: answer.seconds },
    };
  },
});

/** The thing as the lake spells it. Errors: `api.bad-entity` for an address that is none. */
function entityOf(kind: Entity['kind'], value: string): Entity {
  if (kind !== 'address') return { kind, value };
  const address = canonicalIp(value);
  if (address !== null) return { kind, value: address };
  throw new WeirError('query', 'api.bad-entity', `"${value}" is no IPv4 or IPv6 address`, {
    details: { kind, value },
  });
}
