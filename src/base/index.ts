export type { ErrorKind, WeirErrorInit } from './errors.ts';
export { assertInvariant, isWeirError, messageOf, unreachable, WeirError } from './errors.ts';
export type { IpAddress, IpRange, IpScope, IpVersion } from './ip.ts';
export {
  canonicalIp,
  cidrOf,
  formatIp,
  ipKey,
  parseCidr,
  parseIp,
  parseIpKey,
  rangeContains,
  rangeKeys,
  SCOPE_BLOCKS,
  scopeOf,
} from './ip.ts';
export type { Progress, Reporter } from './reporter.ts';
export { silentReporter } from './reporter.ts';
export type { SqlParameter, SqlRow, SqlSession } from './sql-session.ts';
export { sqlIdentifier, sqlString } from './sql-session.ts';
export {
  formatDay,
  formatDuration,
  formatIso,
  parseDurationSeconds,
  parseTimeSeconds,
  timeSecondsOf,
} from './time.ts';
export { formatBytes, formatCount, parseSize } from './units.ts';
