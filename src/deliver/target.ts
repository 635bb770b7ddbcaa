import type { Field } from '../record/index.ts';

/** How the objects of a flow log are laid out below a bucket or directory. */
export interface ObjectsDestination {
  readonly kind: 'objects';
  /** `s3://bucket` or a directory; keys, the prefix included, begin below it. */
  readonly root: string;
  /** Folder before `AWSLogs`, without slashes at its ends; empty for none. */
  readonly prefix: string;
  readonly fileFormat: 'plain-text' | 'parquet';
  readonly hive: boolean;
  readonly perHour: boolean;
  /** Transit gateway logs say `service` in Hive keys, all others `aws-service`. */
  readonly serviceName: 'aws-service' | 'service';
}

/** A CloudWatch Logs group with a stream per source. */
export interface LogGroupDestination {
  readonly kind: 'log-group';
  readonly group: string;
  readonly region: string;
  /** What follows the source in a stream's name: `-all`, `-accept`, `-reject`; empty for transit gateways. */
  readonly streamSuffix: string;
}

/** A Firehose delivery stream. */
export interface FirehoseDestination {
  readonly kind: 'firehose';
  readonly stream: string;
  readonly region: string;
}

/** Where the records of a flow log go. */
export type Destination = ObjectsDestination | LogGroupDestination | FirehoseDestination;

/** One flow log as delivery sees it. It never changes, and outlives the flow log in the spool until all is delivered. */
export interface DeliveryTarget {
  /** `fl-` and hex digits: part of file names, and the name of its folder in the spool. */
  readonly flowLogId: string;
  readonly accountId: string;
  readonly region: string;
  /** The LogFormat string. */
  readonly logFormat: string;
  readonly destination: Destination;
}

/** Writes records that are finished text as Parquet. Joined in `app/`, since the engine that can is a sibling folder. */
export interface ParquetWriter {
  /**
   * Writes the lines of `textPath` (no header, values in the order of `fields`, `-` for null) to `parquetPath`, with
   * AWS's column names and types, gzip pages.
   */
  write(fields: readonly Field[], textPath: string, parquetPath: string): Promise<void>;
}

/** Why delivery fails, in AWS's words. Source: troubleshoot VPC Flow Logs, `DeliverLogsErrorMessage`. */
export type DeliveryProblem = 'Access error' | 'Rate limited' | 'Unknown error';
