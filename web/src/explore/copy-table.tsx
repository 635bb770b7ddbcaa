import { MenuButton } from '../parts/popover-button.tsx';
import { TABLE_FORMS, type TablePiece, tableText } from '../parts/table-text.ts';
import type { ExploreSeries } from './groups.ts';
import type { ExploreQuestion } from './question.ts';
import { statisticsOf } from './statistics.ts';

/** Copies a table, every value exact. */
export function CopyTable({ piece }: { readonly piece: () => TablePiece }) {
  const choices = TABLE_FORMS.map((form) => ({
    name: `As ${form}`,
    onChoose: () => void navigator.clipboard?.writeText(tableText(piece(), form)),
  }));
  return <MenuButton text="Copy table" label="Copy table" choices={choices} />;
}

/** The statistics of each series as a table, in the unit of the measure; the rest says so in its first column. */
export function tableOf(series: readonly ExploreSeries[], question: ExploreQuestion): TablePiece {
  const numbers = ['min', 'average', 'p95', 'max', 'last', 'total'] as const;
  const fields = question.by.length === 0 ? ['group'] : question.by;
  return {
    columns: [
      ...fields.map((name) => ({ name, type: 'VARCHAR' })),
      ...numbers.map((name) => ({ name: `${name}_${question.measure.name}`, type: 'DOUBLE' })),
    ],
    rows: series.map(({ group, name, values }) => {
      const statistics = statisticsOf(values);
      const isSum = question.measure.isSum && question.measure.perSecond === undefined;
      return [
        ...fields.map((_, index) => {
          if (group === null || group.length === 0) return index === 0 ? name : null;
          return group[index]?.value ?? null;
        }),
        ...numbers.map((key) => (key === 'total' && !isSum ? null : statistics[key])),
      ];
    }),
  };
}
