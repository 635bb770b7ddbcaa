import { cidrOf, parseIp, rangeContains } from '../../base/index.ts';
import { insideBlocks, type NodeFace } from './nodes.ts';
import type { OwnRange } from './places.ts';

/** How filters ask for a node at either end of a record. */
export interface NodeFilters {
  readonly sourceFilter: string;
  readonly destinationFilter: string;
}

/**
 * The filters of nodes that stand together in one answer. They are exact there: the records that meet both filters of
 * an edge are those that the edge sums up. Hosts that stand alone are taken out of the node they came from.
 */
export function nodeFilters(
  faces: readonly NodeFace[],
  own: readonly OwnRange[],
): (face: NodeFace) => NodeFilters {
  const inside = insideBlocks(faces, own);
  const hosts = faces.filter(({ kind }) => kind === 'host').map(({ name }) => name);
  const named = faces.filter(({ kind }) => kind === 'subnet' || kind === 'vpc').flatMap(({ cidrs }) => cidrs);
  const isInside = (host: string): boolean => inside.some((cidr) => holds(cidr, host));
  return (face) => {
    const side = (end: 'src' | 'dst'): string => {
      const column = `${end}addr`;
      switch (face.kind) {
        case 'host':
          return `${column} = ${face.name}`;
        case 'none':
          return `${column} is null`;
        case 'internet':
        case 'service': {
          const apart = [...inside, ...hosts.filter((host) => !isInside(host))];
          const service = `pkt_${end}_aws_service`;
          const is = face.kind === 'internet' ? `${service} is null` : `${service} = '${face.name}'`;
          const outside =
            apart.length === 0 ? `${column} is not null` : `${column} not in (${apart.join(', ')})`;
          return `${outside} and ${is}`;
        }
        default: {
          const isWithin = (host: string): boolean => face.cidrs.some((cidr) => holds(cidr, host));
          const apart =
            face.kind === 'block' ? named.filter((cidr) => isWithin(cidr.split('/')[0] ?? '')) : [];
          const taken = [...apart, ...hosts.filter(isWithin)];
          const within = `${column} in (${face.cidrs.join(', ')})`;
          return taken.length === 0 ? within : `${within} and ${column} not in (${taken.join(', ')})`;
        }
      }
    };
    return { sourceFilter: side('src'), destinationFilter: side('dst') };
  };
}

function holds(cidr: string, host: string): boolean {
  const address = parseIp(host);
  return address !== null && rangeContains(cidrOf(cidr), address);
}
