export type { Arn, S3Location } from './arn.ts';
export { formatArn, parseArn, parseFirehoseArn, parseLogGroupArn, parseS3Arn } from './arn.ts';
export type { ObjectKeyLayout, ObjectKeyParts } from './object-key.ts';
export { objectKey, objectKeyFolder, parseObjectKey, SLOT_SECONDS, slotOf } from './object-key.ts';
