export { createDiskStore } from './disk-store.ts';
export type {
  CommonPrefix,
  ListEntry,
  ListOptions,
  LocalFileOptions,
  ObjectInfo,
  ObjectStore,
  PutFileOptions,
  StoreOptions,
} from './object-store.ts';
export { openStore } from './open-store.ts';
export { probeConditionalWrites } from './probe.ts';
export type { S3Location } from './s3-location.ts';
export { parseS3Location } from './s3-location.ts';
export type { StorageErrorCode } from './storage-errors.ts';
export { isStorageError, storageError } from './storage-errors.ts';
