import { isWeirError, WeirError } from '../base/index.ts';

/**
 * The AWS error codes this project answers with and their HTTP status. One row per code; a code that is not here
 * cannot be sent. Sources: EC2 API error list; flow-logs.md §5.3; wire.md §5.2. 403 of the signature family follows
 * the common error list, 412 of DryRunOperation what SDKs see.
 */
export const AWS_ERROR_STATUS = {
  AuthFailure: 401,
  DryRunOperation: 412,
  FilterLimitExceeded: 400,
  FlowLogAlreadyExists: 400,
  FlowLogsLimitExceeded: 400,
  IdempotentParameterMismatch: 400,
  IncompleteSignature: 400,
  InternalError: 500,
  InvalidAction: 400,
  InvalidFilter: 400,
  'InvalidFlowLogId.NotFound': 400,
  InvalidID: 400,
  'InvalidNatGatewayID.NotFound': 400,
  'InvalidNetworkInterfaceID.NotFound': 400,
  InvalidNextToken: 400,
  InvalidParameter: 400,
  InvalidParameterCombination: 400,
  InvalidParameterValue: 400,
  'InvalidSubnetID.NotFound': 400,
  'InvalidTagKey.Malformed': 400,
  'InvalidTransitGatewayAttachmentID.NotFound': 400,
  'InvalidTransitGatewayID.NotFound': 400,
  'InvalidVpcID.NotFound': 400,
  MalformedQueryString: 400,
  MethodNotAllowed: 405,
  MissingAction: 400,
  MissingAuthenticationToken: 403,
  MissingParameter: 400,
  NoSuchVersion: 400,
  OperationNotPermitted: 400,
  RequestEntityTooLarge: 413,
  RequestExpired: 400,
  RequestLimitExceeded: 503,
  SignatureDoesNotMatch: 403,
  TagLimitExceeded: 400,
  UnauthorizedOperation: 403,
  UnknownParameter: 400,
} as const;

/** An AWS error code that this project can answer with. */
export type AwsErrorCode = keyof typeof AWS_ERROR_STATUS;

/** An error as the AWS protocols write it. */
export interface AwsErrorFacts {
  readonly code: AwsErrorCode;
  readonly status: number;
  readonly message: string;
}

/** A service error that `awsErrorOf` turns into the AWS answer; its own code is `aws.` and the AWS code. */
export function awsError(
  code: AwsErrorCode,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): WeirError {
  return new WeirError('service', `aws.${code}`, message, { details });
}

/** The AWS facts of anything thrown: ours as they are, everything else `InternalError` without its inner text. */
export function awsErrorOf(error: unknown): AwsErrorFacts {
  const code = isWeirError(error) && error.code.startsWith('aws.') ? error.code.slice(4) : '';
  if (isWeirError(error) && isAwsErrorCode(code))
    return { code, status: AWS_ERROR_STATUS[code], message: error.message };
  return {
    code: 'InternalError',
    status: 500,
    message: 'An internal error has occurred. Retry your request.',
  };
}

/** True for a code of the table. */
function isAwsErrorCode(code: string): code is AwsErrorCode {
  return Object.hasOwn(AWS_ERROR_STATUS, code);
}
