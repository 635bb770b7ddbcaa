export type { Arn, S3Location } from './arn.ts';
export { formatArn, parseArn, parseFirehoseArn, parseLogGroupArn, parseS3Arn } from './arn.ts';
export {
  Ec2Parameters,
  formatEc2Error,
  formatEc2Response,
  formatEc2Time,
  formatQueryResponse,
} from './ec2-query.ts';
export type { AwsErrorCode, AwsErrorFacts } from './errors.ts';
export { awsError, awsErrorOf } from './errors.ts';
export type { ObjectKeyLayout, ObjectKeyParts } from './object-key.ts';
export { objectKey, objectKeyFolder, parseObjectKey, SLOT_SECONDS, slotOf } from './object-key.ts';
export type { SignatureRules, SignedRequest, SigningCredential, VerifiedSignature } from './sigv4.ts';
export { claimedScope, isSigned, verifySignature } from './sigv4.ts';
export type { XmlNode, XmlScalar, XmlValue } from './xml.ts';
export { formatXml } from './xml.ts';
