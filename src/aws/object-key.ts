/** How a flow log's objects are laid out in a bucket (flow-logs.md §4.1). */
export interface ObjectKeyLayout {
  /** Folder before `AWSLogs`, without slashes at its ends; empty for none. */
  readonly prefix: string;
  readonly accountId: string;
  readonly region: string;
  /** Hive names (`year=2026`) instead of bare values. */
  readonly hive: boolean;
  /** One more folder level per UTC hour. */
  readonly perHour: boolean;
  /** The Hive name of the service level: transit gateway logs say `service`, all others `aws-service`. */
  readonly serviceName: 'aws-service' | 'service';
}

/** Everything that a flow log object's key says. */
export interface ObjectKeyParts extends ObjectKeyLayout {
  /** `fl-` and 8 to 17 hex digits. */
  readonly flowLogId: string;
  /** Unix seconds of the slot's start as the file name prints it; AWS uses multiples of 300. Minutes are the limit. */
  readonly slotSeconds: number;
  /** Lower-case hex that tells files of one slot apart; 8 digits in every AWS sample. */
  readonly hash: string;
  readonly fileFormat: 'plain-text' | 'parquet';
}

/** Length of a publishing slot: AWS writes files every five minutes. */
export const SLOT_SECONDS = 300;

const KEY_PATTERN =
  /^(?:(?<prefix>.+)\/)?AWSLogs\/(?:aws-account-id=)?(?<account>\d{12})\/(?:(?<service>aws-service|service)=)?vpcflowlogs\/(?:aws-region=)?(?<region>[a-z0-9-]+)\/(?<hive>year=)?(?<y>\d{4})\/(?:month=)?(?<m>\d\d)\/(?:day=)?(?<d>\d\d)\/(?:(?:hour=)?(?<h>\d\d)\/)?\d{12}_vpcflowlogs_[a-z0-9-]+_(?<flowLogId>fl-[0-9a-f]{8,17})_(?<slot>\d{8}T\d{4})Z_(?<hash>[0-9a-f]+)\.log\.(?<ext>gz|parquet)$/;

/** The slot a record belongs to: its `end` (Unix seconds) rounded down to five minutes. */
export function slotOf(endSeconds: number): number {
  return Math.floor(endSeconds / SLOT_SECONDS) * SLOT_SECONDS;
}

/** The folder of the objects of one slot, ending in `/`. Source: flow-logs.md §4.1 (AWS, flow log files on S3). */
export function objectKeyFolder(layout: ObjectKeyLayout, slotSeconds: number): string {
  const iso = new Date(slotSeconds * 1000).toISOString();
  const [year, month, day, hour] = [iso.slice(0, 4), iso.slice(5, 7), iso.slice(8, 10), iso.slice(11, 13)];
  const root = layout.prefix === '' ? 'AWSLogs/' : `${layout.prefix}/AWSLogs/`;
  if (layout.hive) {
    const place = `aws-account-id=${layout.accountId}/${layout.serviceName}=vpcflowlogs/aws-region=${layout.region}`;
    return `${root}${place}/year=${year}/month=${month}/day=${day}/${layout.perHour ? `hour=${hour}/` : ''}`;
  }
  return `${root}${layout.accountId}/vpcflowlogs/${layout.region}/${year}/${month}/${day}/${layout.perHour ? `${hour}/` : ''}`;
}

/** The whole key of one object. */
export function objectKey(parts: ObjectKeyParts): string {
  const stamp = new Date(parts.slotSeconds * 1000).toISOString().replace(/[-:]/g, '').slice(0, 13);
  const extension = parts.fileFormat === 'parquet' ? 'parquet' : 'gz';
  const name = `${parts.accountId}_vpcflowlogs_${parts.region}_${parts.flowLogId}_${stamp}Z_${parts.hash}.log.${extension}`;
  return objectKeyFolder(parts, parts.slotSeconds) + name;
}

/**
 * Reads a flow log object's key, any of the layouts. `serviceName` is `aws-service` where the key does not say.
 * Null for every other key and for a file name whose time does not exist. VPC and transit gateway logs share these
 * names, so the key never tells which of the two a file holds.
 */
export function parseObjectKey(key: string): ObjectKeyParts | null {
  const groups = KEY_PATTERN.exec(key)?.groups;
  if (groups === undefined) return null;
  const slotSeconds = parseStamp(groups['slot'] ?? '');
  if (slotSeconds === null) return null;
  return {
    prefix: groups['prefix'] ?? '',
    accountId: groups['account'] ?? '',
    region: groups['region'] ?? '',
    hive: groups['hive'] !== undefined,
    perHour: groups['h'] !== undefined,
    serviceName: groups['service'] === 'service' ? 'service' : 'aws-service',
    flowLogId: groups['flowLogId'] ?? '',
    slotSeconds,
    hash: groups['hash'] ?? '',
    fileFormat: groups['ext'] === 'parquet' ? 'parquet' : 'plain-text',
  };
}

function parseStamp(stamp: string): number | null {
  const iso = stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)$/, '$1-$2-$3T$4:$5:00.000Z');
  const ms = Date.parse(iso);
  // Date.parse rolls 30 February over on some engines; printing it back catches that.
  return Number.isNaN(ms) || new Date(ms).toISOString() !== iso ? null : ms / 1000;
}
