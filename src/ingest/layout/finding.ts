import type { Layout } from '../../record/index.ts';
import type { LayoutSource } from '../opened-object.ts';

/** A layout and what it rests on, or why there is none. */
export type LayoutFinding =
  | {
      readonly kind: 'found';
      readonly layout: Layout;
      readonly source: LayoutSource;
      /** 0 to 1; 1 unless inferred. */
      readonly confidence: number;
      readonly reason: string;
    }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly reason: string };

/** Why text has no layout. */
export type RefusalCode = 'ingest.not-flow-logs' | 'ingest.ambiguous-layout';
