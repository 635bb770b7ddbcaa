import { parseCidr, parseIp, rangeContains } from '../../base/index.ts';
import type { NetworkSpec } from './schema.ts';

/** Something wrong in a network model, and where: the keys and positions that lead to it. */
export interface NetworkProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

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

/** What the shape alone cannot say: addresses outside their subnet, rules twice, ports the wrong way round. */
export function checkContents(spec: NetworkSpec): readonly NetworkProblem[] {
  const problems: NetworkProblem[] = [];
  checkInterfaces(spec, problems);
  checkRules(spec, problems);
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
      const key = `${subnet?.vpc ?? ''} ${address.text}`;
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

function checkRules(spec: NetworkSpec, problems: NetworkProblem[]): void {
  for (const [index, acl] of (spec.networkAcls ?? []).entries()) {
    for (const side of ['inbound', 'outbound'] as const) {
      const seen = new Set<number>();
      for (const [at, { rule, ports }] of (acl[side] ?? []).entries()) {
        const path = ['networkAcls', index, side, at];
        if (seen.has(rule))
          problems.push({ path: [...path, 'rule'], message: `rule ${rule} is there twice` });
        seen.add(rule);
        checkPorts(ports, [...path, 'ports'], problems);
      }
    }
  }
  for (const [index, group] of (spec.securityGroups ?? []).entries()) {
    for (const side of ['inbound', 'outbound'] as const) {
      for (const [at, { ports }] of (group[side] ?? []).entries())
        checkPorts(ports, ['securityGroups', index, side, at, 'ports'], problems);
    }
  }
}

function checkPorts(
  ports: number | string | undefined,
  path: readonly (string | number)[],
  problems: NetworkProblem[],
): void {
  if (typeof ports !== 'string') return;
  const [from = 0, to = from] = ports.split('-').map(Number);
  if (to > 65_535 || from > to) problems.push({ path, message: `"${ports}" is no range of ports` });
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

function holds(block: string, text: string): boolean {
  const range = parseCidr(block);
  const address = parseIp(text);
  return range !== null && address !== null && rangeContains(range, address);
}
