import { open, readFile, rm, stat } from 'node:fs/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import type { PutFileOptions } from './object-store.ts';

/** Files up to this size go up in one request; larger ones in parts of it, of which S3 takes 10,000. */
const PART_BYTES = 16 * 1024 * 1024;
const MAX_PARTS = 10_000;

/** Uploads a local file. Memory: one part. A failed upload leaves nothing behind, a killed one a stale upload. */
export async function uploadFile(
  s3: S3Client,
  bucket: string,
  key: string,
  localPath: string,
  options: PutFileOptions,
): Promise<void> {
  const { size } = await stat(localPath);
  if (size <= PART_BYTES) {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: await readFile(localPath) }));
  } else {
    await uploadParts(s3, bucket, key, localPath, size);
  }
  if (options.move === true) await rm(localPath, { force: true });
}

async function uploadParts(
  s3: S3Client,
  bucket: string,
  key: string,
  localPath: string,
  size: number,
): Promise<void> {
  const target = { Bucket: bucket, Key: key };
  const { UploadId } = await s3.send(new CreateMultipartUploadCommand(target));
  try {
    const Parts: CompletedPart[] = [];
    const partBytes = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS));
    const file = await open(localPath, 'r');
    try {
      for (let start = 0; start < size; start += partBytes) {
        const Body = new Uint8Array(Math.min(partBytes, size - start));
        await file.read(Body, 0, Body.length, start);
        const PartNumber = Parts.length + 1;
        const { ETag } = await s3.send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
        Parts.push({ PartNumber, ETag });
      }
    } finally {
      await file.close();
    }
    await s3.send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
  } catch (error) {
    await s3.send(new AbortMultipartUploadCommand({ ...target, UploadId })).catch(() => {});
    throw error;
  }
}

/** Aborts uploads below a prefix that were begun more than `olderThanMs` ago; gives how many. */
export async function abortStaleUploads(
  s3: S3Client,
  bucket: string,
  prefix: string,
  olderThanMs: number,
): Promise<number> {
  const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix }));
  const stale = Uploads.filter((upload) => (upload.Initiated?.getTime() ?? 0) < Date.now() - olderThanMs);
  for (const { Key, UploadId } of stale) {
    await s3.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
  }
  return stale.length;
}
