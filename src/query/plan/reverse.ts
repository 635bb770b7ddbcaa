import { otherEnd } from '../columns.ts';
import type { Expression } from './expression.ts';
import type { Dimension, Measure } from './measure.ts';
import type { Plan } from './plan.ts';
import { mapConstants, rebuild } from './walk.ts';

const OTHER_WAY: Readonly<Record<string, string>> = { ingress: 'egress', egress: 'ingress' };

/** The same plan read from the other end: source and destination, ingress and egress exchanged. Not bidirectional. */
export function reversePlan(plan: Plan): Plan {
  return {
    ...plan,
    bidirectional: false,
    filter: reverse(plan.filter),
    dimensions: plan.dimensions.map((entry): Dimension => ({ ...entry, value: reverse(entry.value) })),
    measures: plan.measures.map(
      (entry): Measure => ({
        ...entry,
        value: entry.value === null ? null : reverse(entry.value),
        ...(entry.where === undefined ? {} : { where: reverse(entry.where) }),
      }),
    ),
  };
}

function reverse(expression: Expression): Expression {
  return rebuild(expression, (node) => {
    if (node.kind === 'column') return { ...node, name: otherEnd(node.name) };
    const isDirection =
      node.kind === 'test' &&
      node.value.kind === 'column' &&
      (node.value.name === 'direction' || node.value.name === 'flow_direction');
    if (!isDirection) return node;
    return { ...node, test: mapConstants(node.test, (value) => OTHER_WAY[String(value)] ?? value) };
  });
}
