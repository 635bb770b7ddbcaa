import { lazy, Suspense, useMemo } from 'react';
import type { SankeyPath } from '../charts/sankey-layout.ts';
import type { FieldValue } from '../filter.ts';
import { valuesText } from '../parts/field-value.tsx';
import type { OpenGroup } from './group-menu.tsx';
import type { GroupNumber } from './groups.ts';
import type { ExploreQuestion } from './question.ts';

const SankeyChart = lazy(async () => ({ default: (await import('../charts/sankey-chart.tsx')).SankeyChart }));
const OTHER_NODE = 'other';

/** How the fields of a question go together. Asks for a second field where there is only one. */
export function Sankey(props: {
  readonly question: ExploreQuestion;
  readonly numbers: readonly GroupNumber[];
  readonly onOpen: OpenGroup;
}) {
  const { question, numbers, onOpen } = props;
  const { by, measure } = question;
  const paths = useMemo(() => pathsOf(numbers, by.length), [numbers, by.length]);
  if (by.length < 2) {
    return (
      <p className="shape-note">
        A Sankey diagram shows how two or more fields go together. Choose a second field above, for example{' '}
        <span className="code">{by[0] === 'srcaddr' ? 'dstaddr' : 'srcaddr'}</span>.
      </p>
    );
  }
  if (!measure.isSum) {
    return (
      <p className="shape-note">
        {measure.label} do not add up from group to group, so they cannot flow through a diagram. Bytes,
        packets and records can.
      </p>
    );
  }
  const valueOf = (column: number, name: string): FieldValue[] =>
    name === OTHER_NODE ? [] : [{ field: by[column] ?? '', value: JSON.parse(name) as FieldValue['value'] }];
  const textOf = (column: number, name: string): string =>
    name === OTHER_NODE ? 'Other' : valuesText(valueOf(column, name));
  return (
    <Suspense fallback={<div className="chart-placeholder" aria-busy="true" />}>
      <SankeyChart
        label={`${measure.label} by ${by.join(', ')}`}
        columns={by}
        paths={paths}
        quantity={measure.quantity}
        other={OTHER_NODE}
        textOf={textOf}
        onNode={({ column, name }, anchor) =>
          onOpen(name === OTHER_NODE ? null : valueOf(column, name), anchor)
        }
        onLink={({ from, to }, anchor) => {
          const isRest = from.name === OTHER_NODE || to.name === OTHER_NODE;
          onOpen(
            isRest ? null : [...valueOf(from.column, from.name), ...valueOf(to.column, to.name)],
            anchor,
          );
        }}
      />
    </Suspense>
  );
}

/** The rest is one path along the bottom: what it would be in each column is not known. */
function pathsOf(numbers: readonly GroupNumber[], fields: number): readonly SankeyPath[] {
  return numbers.flatMap(({ group, value }): readonly SankeyPath[] => {
    if (value === null || value <= 0) return [];
    const nodes =
      group === null
        ? Array.from({ length: fields }, () => OTHER_NODE)
        : group.map((entry) => JSON.stringify(entry.value));
    return [{ nodes, value }];
  });
}
