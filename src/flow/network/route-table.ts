import type { IpVersion } from '../../base/index.ts';
import { blockHolds, type WordBlock, wordBlock } from '../address-words.ts';
import type { NetworkSpec } from './schema.ts';

/** Where a route leads. */
export interface RouteTarget {
  /** `local`, or the id of a gateway, interface, endpoint, peering or attachment. */
  readonly via: string;
  readonly isBlackhole: boolean;
}

interface TableSpec {
  readonly vpc?: string | undefined;
  readonly routes?:
    | readonly {
        readonly to: string;
        readonly via?: string | undefined;
        readonly blackhole?: boolean | undefined;
      }[]
    | undefined;
}

/**
 * A route table, of a VPC (whose own blocks are local without saying so) or of a transit gateway. The longest prefix wins;
 * a route to a named list of prefixes counts as one route for each.
 */
export class RouteTable {
  readonly #routes: readonly { readonly block: WordBlock; readonly target: RouteTarget }[];

  constructor(table: TableSpec, spec: NetworkSpec) {
    const lists = new Map((spec.prefixLists ?? []).map((list) => [list.id, list.cidrs]));
    const own = (spec.vpcs ?? []).find((vpc) => vpc.id === table.vpc)?.cidrs ?? [];
    const local = { via: 'local', isBlackhole: false };
    const routes = [
      ...(table.routes ?? []).flatMap((route) => {
        const target = { via: route.via ?? '', isBlackhole: route.blackhole ?? false };
        const cidrs = route.to.startsWith('pl-') ? (lists.get(route.to) ?? []) : [route.to];
        return cidrs.map((cidr) => ({ block: wordBlock(cidr), target }));
      }),
      // Behind the written ones: a table may send the VPC's own block to a middle box instead.
      ...own.map((cidr) => ({ block: wordBlock(cidr), target: local })),
    ];
    this.#routes = routes.toSorted((a, b) => b.block.prefix - a.block.prefix);
  }

  /** Where packets to an address go; null when no route fits. Cost: one comparison per route. */
  find(version: IpVersion, w0: number, w1: number, w2: number, w3: number): RouteTarget | null {
    for (const { block, target } of this.#routes) {
      if (blockHolds(block, version, w0, w1, w2, w3)) return target;
    }
    return null;
  }
}
