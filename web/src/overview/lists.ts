import type { TopMeasure } from '../../../src/api/index.ts';

/** One top list of the overview. */
export interface ListRule {
  readonly title: string;
  /** Fields to group by. */
  readonly by: string;
  /** Ranked by this; the measure of the view when absent. */
  readonly measure?: TopMeasure;
  /** One more condition, in the filter language. */
  readonly where?: string;
  /** Only rejected records. */
  readonly isRejected?: boolean;
  readonly limit: number;
  /** What it says when it has no rows. */
  readonly empty: string;
}

/** The lists of the overview, in reading order. */
export const LISTS: readonly ListRule[] = [
  { title: 'Sources', by: 'srcaddr', limit: 10, empty: 'No records with addresses' },
  { title: 'Destinations', by: 'dstaddr', limit: 10, empty: 'No records with addresses' },
  { title: 'Service ports', by: 'svc_port,protocol', limit: 10, empty: 'No records with ports' },
  {
    title: 'Rejected sources',
    by: 'srcaddr',
    measure: 'rejects',
    isRejected: true,
    limit: 10,
    empty: 'Nothing was rejected',
  },
  {
    title: 'Rejected ports',
    by: 'dstport,protocol',
    measure: 'rejects',
    isRejected: true,
    limit: 10,
    empty: 'Nothing was rejected',
  },
  { title: 'Interfaces', by: 'interface_id', limit: 10, empty: 'No records with interfaces' },
  { title: 'Protocols', by: 'protocol', limit: 6, empty: 'No records' },
  { title: 'Directions', by: 'direction', limit: 3, empty: 'No records' },
  { title: 'IP versions', by: 'ip_version', limit: 3, empty: 'No records' },
  { title: 'Far side', by: 'remote_scope', limit: 6, empty: 'No records' },
];
