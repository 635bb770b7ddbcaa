import { awsError, type XmlNode } from '../../aws/index.ts';
import { compileFilters, type FilterFields, readFilters } from '../filters.ts';
import type { FlowLogService } from '../flow-log-service.ts';
import { endDryRun, type Operation } from './operation.ts';

interface RegionRow {
  readonly name: string;
  readonly tags: readonly never[];
}

interface ZoneRow extends RegionRow {
  readonly id: string;
  readonly region: string;
}

const REGION_FILTERS: FilterFields<RegionRow> = {
  'region-name': (region) => [region.name],
  endpoint: (region) => [endpointOf(region.name)],
  'opt-in-status': () => ['opt-in-not-required'],
};

const ZONE_FILTERS: FilterFields<ZoneRow> = {
  'zone-name': (zone) => [zone.name],
  'zone-id': (zone) => [zone.id],
  'region-name': (zone) => [zone.region],
  'zone-type': () => ['availability-zone'],
  state: () => ['available'],
  'opt-in-status': () => ['opt-in-not-required'],
};

/** DescribeRegions: the Regions that this endpoint serves. */
export const describeRegionsOperation: Operation = {
  action: 'DescribeRegions',
  isReadOnly: true,
  run: (service, _call, parameters) => {
    const names = parameters.texts('RegionName');
    const filters = readFilters(parameters);
    parameters.boolean('AllRegions');
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    const passes = compileFilters(filters, REGION_FILTERS);
    endDryRun(isDryRun);
    const all = service.context.config.regions.map((name) => ({ name, tags: [] }));
    const found = pick(all, names, (region) => region.name, 'regionName').filter(passes);
    return {
      regionInfo: found.map(
        ({ name }): XmlNode => ({
          regionName: name,
          regionEndpoint: endpointOf(name),
          optInStatus: 'opt-in-not-required',
        }),
      ),
    };
  },
};

/** DescribeAvailabilityZones: the zones that the Region's subnets lie in. */
export const describeAvailabilityZonesOperation: Operation = {
  action: 'DescribeAvailabilityZones',
  isReadOnly: true,
  run: (service, call, parameters) => {
    const names = parameters.texts('ZoneName');
    const ids = parameters.texts('ZoneId');
    const filters = readFilters(parameters);
    parameters.boolean('AllAvailabilityZones');
    const isDryRun = parameters.boolean('DryRun') ?? false;
    parameters.assertAllRead();
    const passes = compileFilters(filters, ZONE_FILTERS);
    endDryRun(isDryRun);
    const all = zonesOf(service, call.region);
    const named = pick(all, names, (zone) => zone.name, 'availabilityZone');
    const found = pick(named, ids, (zone) => zone.id, 'zoneId').filter(passes);
    return {
      availabilityZoneInfo: found.map(
        (zone): XmlNode => ({
          zoneName: zone.name,
          zoneId: zone.id,
          regionName: zone.region,
          zoneState: 'available',
          zoneType: 'availability-zone',
          optInStatus: 'opt-in-not-required',
          groupName: zone.region,
          networkBorderGroup: zone.region,
          messageSet: [],
        }),
      ),
    };
  },
};

function endpointOf(region: string): string {
  return `ec2.${region}.amazonaws.com`;
}

function zonesOf(service: FlowLogService, region: string): readonly ZoneRow[] {
  const zones = new Map<string, ZoneRow>();
  for (const subnet of service.context.deps.inventory.subnets()) {
    if (subnet.region !== region) continue;
    const zone = { name: subnet.availabilityZone, id: subnet.availabilityZoneId, region, tags: [] };
    zones.set(subnet.availabilityZone, zone);
  }
  return [...zones.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function pick<T>(
  all: readonly T[],
  wanted: readonly string[],
  keyOf: (row: T) => string,
  what: string,
): readonly T[] {
  if (wanted.length === 0) return all;
  const known = new Map(all.map((row) => [keyOf(row), row]));
  return wanted.map((key) => {
    const row = known.get(key);
    if (row === undefined) throw awsError('InvalidParameterValue', `Invalid ${what}: ${key}`);
    return row;
  });
}
