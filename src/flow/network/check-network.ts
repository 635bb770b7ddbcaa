import { canonicalIp, type IpRange, parseCidr, parseIp, rangeContains } from '../../base/index.ts';
import { checkRules, type NetworkProblem } from './check-rules.ts';
import type { NetworkSpec } from './schema.ts';

/** Where each kind of id is defined, by its prefix. */
const DEFINED_IN: Readonly<Record<string, string>> = {
  vpc: 'vpcs',
  subnet: 'subnets',
  eni: 'interfaces',
  i: 'instances',
  sg: 'securityGroups',
  acl: 'networkAcls',
  pl: 'prefixLists',
  rtb: 'routeTables',
  igw: 'internetGateways',
  nat: 'natGateways',
  vpce: 'endpoints',
  pcx: 'peerings',
  tgw: 'transitGateways',
  'tgw-attach': 'transitGateways.attachments',
  'tgw-rtb': 'transitGateways.routeTables',
};

/** Things a model may name without describing them: they have no properties that records show. */
const MAY_BE_UNDESCRIBED: ReadonlySet<string> = new Set(['i', 'igw', 'pl']);
/** Keys whose text names something else, with the position of lists left out. */
const REFERENCES: readonly string[] = [
  'vpcs.mainRouteTable',
  'vpcs.defaultNetworkAcl',
  'subnets.vpc',
  'subnets.routeTable',
  'subnets.networkAcl',
  'interfaces.subnet',
  'interfaces.securityGroups',
  'interfaces.natGateway',
  'interfaces.transitGatewayAttachment',
  'interfaces.endpoint',
  'securityGroups.vpc',
  'securityGroups.inbound.peers',
  'securityGroups.outbound.peers',
  'networkAcls.vpc',
  'routeTables.vpc',
  'routeTables.routes.to',
  'routeTables.routes.via',
  'internetGateways.vpc',
  'natGateways.vpc',
  'natGateways.subnet',
  'endpoints.vpc',
  'peerings.vpc',
  'transitGateways.attachments.vpc',
  'transitGateways.attachments.interfaces',
  'transitGateways.attachments.routeTable',
  'transitGateways.routeTables.routes.via',
  'captures.interfaces',
  'captures.natGateway',
  'captures.attachments',
];
const ID = /^(tgw-attach|tgw-rtb|[a-z]+)-/;
/** Targets of routes that are not resources of the model. */
const OUTSIDE_TARGETS: ReadonlySet<string> = new Set(['local', 'vgw', 'eigw', 'lgw', 'cagw']);

/**
 * Ids that are described twice, and names of nothing. It looks at any tree, also one whose shape is wrong elsewhere, so that
 * a person sees all problems at once.
 */
export function checkReferences(tree: unknown): readonly NetworkProblem[] {
  const problems: NetworkProblem[] = [];
  const ids = idsOf(tree, problems);
  for (const reference of REFERENCES) {
    for (const { path, value } of valuesAt(tree, reference.split('.'), [])) {
      const prefix = ID.exec(value)?.[1] ?? value;
      const place = DEFINED_IN[prefix];
      if (place === undefined) {
        const isRoute = reference === 'routeTables.routes.via';
        if (isRoute && !OUTSIDE_TARGETS.has(prefix))
          problems.push({ path, message: `"${value}" is no target of a route` });
        continue;
      }
      if (ids.has(value) || MAY_BE_UNDESCRIBED.has(prefix)) continue;
      problems.push({ path, message: `there is no ${value} in ${place}` });
    }
  }
  return problems;
}

/** What the shape alone cannot say: subnets outside their VPC, addresses outside their subnet, rules that cannot be meant. */
export function checkContents(spec: NetworkSpec): readonly NetworkProblem[] {
  const problems: NetworkProblem[] = [...checkRules(spec)];
  checkSubnets(spec, problems);
  checkInterfaces(spec, problems);
  checkRoutes(spec, problems);
  checkCaptures(spec, problems);
  return problems;
}

function idsOf(tree: unknown, problems: NetworkProblem[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const place of new Set(Object.values(DEFINED_IN))) {
    for (const { path, value } of valuesAt(tree, [...place.split('.'), 'id'], [])) {
      if (ids.has(value)) problems.push({ path, message: `${value} is described twice` });
      ids.add(value);
    }
  }
  return ids;
}

/** The texts below a chain of keys, lists walked through. */
function valuesAt(
  node: unknown,
  keys: readonly string[],
  path: readonly (string | number)[],
): { readonly path: readonly (string | number)[]; readonly value: string }[] {
  if (Array.isArray(node)) return node.flatMap((item, index) => valuesAt(item, keys, [...path, index]));
  const [key, ...rest] = keys;
  if (key === undefined) return typeof node === 'string' ? [{ path, value: node }] : [];
  if (typeof node !== 'object' || node === null) return [];
  return valuesAt((node as Record<string, unknown>)[key], rest, [...path, key]);
}

/** A subnet is a part of its VPC, apart from the other subnets, with one IPv4 block at most. */
function checkSubnets(spec: NetworkSpec, problems: NetworkProblem[]): void {
  const vpcs = new Map((spec.vpcs ?? []).map(({ id, cidrs }) => [id, cidrs]));
  const taken: {
    readonly id: string;
    readonly vpc: string;
    readonly cidr: string;
    readonly range: IpRange;
  }[] = [];
  for (const [index, { id, vpc, cidrs }] of (spec.subnets ?? []).entries()) {
    const path = ['subnets', index, 'cidrs'];
    const own = vpcs.get(vpc);
    let blocks4 = 0;
    for (const [at, cidr] of cidrs.entries()) {
      const range = parseCidr(cidr);
      if (range === null) continue;
      const report = (message: string): number => problems.push({ path: [...path, at], message });
      if (range.version === 4 && ++blocks4 > 1) report(`${id} has more than one IPv4 block`);
      if (own !== undefined && !own.some((block) => holdsRange(block, range)))
        report(`${cidr} is not in ${vpc} (${own.join(', ')})`);
      const other = taken.find((each) => each.vpc === vpc && isOverlapping(each.range, range));
      if (other !== undefined) report(`${cidr} overlaps ${other.cidr} of ${other.id}`);
      taken.push({ id, vpc, cidr, range });
    }
  }
}

function checkInterfaces(spec: NetworkSpec, problems: NetworkProblem[]): void {
  const subnets = new Map((spec.subnets ?? []).map((subnet) => [subnet.id, subnet]));
  const vpcOfGroup = new Map((spec.securityGroups ?? []).map((group) => [group.id, group.vpc]));
  const owners = new Map<string, string>();
  for (const [index, one] of (spec.interfaces ?? []).entries()) {
    const path = ['interfaces', index];
    const subnet = subnets.get(one.subnet);
    const addresses = [
      ...(one.privateIps ?? []).map((text, at) => ({ text, path: [...path, 'privateIps', at] })),
      ...(one.ipv6 ?? []).map((text, at) => ({ text, path: [...path, 'ipv6', at] })),
    ];
    if (addresses.length === 0) problems.push({ path, message: `${one.id} has no address` });
    for (const address of addresses) {
      const isInside = subnet?.cidrs.some((block) => holds(block, address.text)) ?? true;
      if (!isInside)
        problems.push({
          path: address.path,
          message: `${address.text} is not in ${one.subnet} (${subnet?.cidrs.join(', ')})`,
        });
      const key = `${subnet?.vpc ?? ''} ${canonicalIp(address.text)}`;
      const owner = owners.get(key);
      if (owner !== undefined)
        problems.push({ path: address.path, message: `${address.text} belongs to ${owner} already` });
      owners.set(key, one.id);
    }
    for (const [at, group] of (one.securityGroups ?? []).entries()) {
      const vpc = vpcOfGroup.get(group);
      if (vpc !== undefined && subnet !== undefined && vpc !== subnet.vpc)
        problems.push({
          path: [...path, 'securityGroups', at],
          message: `${group} is of ${vpc}, not ${subnet.vpc}`,
        });
    }
    const belongs = [
      'instance',
      'natGateway',
      'loadBalancer',
      'transitGatewayAttachment',
      'endpoint',
    ] as const;
    const named = belongs.filter((key) => one[key] !== undefined);
    if (named.length > 1)
      problems.push({ path, message: `${one.id} belongs to several things: ${named.join(', ')}` });
  }
}

function checkRoutes(spec: NetworkSpec, problems: NetworkProblem[]): void {
  const check = (
    route: { readonly via?: string | undefined; readonly blackhole?: boolean | undefined },
    path: readonly (string | number)[],
  ): void => {
    if (route.via === undefined && route.blackhole !== true)
      problems.push({ path, message: 'a route needs via, or blackhole: true' });
  };
  for (const [index, table] of (spec.routeTables ?? []).entries()) {
    for (const [at, route] of (table.routes ?? []).entries())
      check(route, ['routeTables', index, 'routes', at]);
  }
  for (const [index, gateway] of (spec.transitGateways ?? []).entries()) {
    for (const [number, table] of (gateway.routeTables ?? []).entries()) {
      for (const [at, route] of (table.routes ?? []).entries())
        check(route, ['transitGateways', index, 'routeTables', number, 'routes', at]);
    }
  }
}

function checkCaptures(spec: NetworkSpec, problems: NetworkProblem[]): void {
  for (const [index, capture] of (spec.captures ?? []).entries()) {
    const path = ['captures', index];
    const { interfaces, natGateway, attachments } = capture;
    if (interfaces === undefined && natGateway === undefined && attachments === undefined)
      problems.push({ path, message: 'a capture needs interfaces, natGateway or attachments' });
    if (capture.action !== undefined && capture.prefix === undefined)
      problems.push({ path: [...path, 'action'], message: 'only an NFLOG prefix can stand for a verdict' });
    const gateway = (spec.natGateways ?? []).find((nat) => nat.id === natGateway);
    if (gateway?.subnet !== undefined) {
      const message = `${gateway.id} is zonal: name its network interface instead`;
      problems.push({ path: [...path, 'natGateway'], message });
    }
  }
}

function holdsRange(block: string, inner: IpRange): boolean {
  const outer = parseCidr(block);
  if (outer === null) return false;
  return outer.version === inner.version && outer.first <= inner.first && inner.last <= outer.last;
}

function isOverlapping(a: IpRange, b: IpRange): boolean {
  return a.version === b.version && a.first <= b.last && b.first <= a.last;
}

function holds(block: string, text: string): boolean {
  const range = parseCidr(block);
  const address = parseIp(text);
  return range !== null && address !== null && rangeContains(range, address);
}
