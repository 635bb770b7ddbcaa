import {
  awsError,
  awsErrorOf,
  claimedScope,
  Ec2Parameters,
  formatEc2Error,
  formatEc2Response,
  isSigned,
  type SigningCredential,
  verifySignature,
} from '../aws/index.ts';
import type { Reporter } from '../base/index.ts';
import { silentReporter } from '../base/index.ts';
import type { Call } from './context.ts';
import type { FlowLogService } from './flow-log-service.ts';
import { OPERATIONS } from './operations/registry.ts';
import { createThrottle, type ThrottleConfig } from './throttle.ts';

/** A key pair that may call the endpoint. */
export interface ServiceCredential extends SigningCredential {
  /** Read-only credentials may describe and nothing else. */
  readonly access: 'full' | 'read-only';
}

/** Settings of the endpoint. */
export interface Ec2HandlerConfig {
  /**
   * `required`: every request carries a valid signature. `optional`: unsigned requests pass too, a signature that is
   * there is still checked. `ignored`: nothing is checked, any key is welcome and only its Region counts; for a closed
   * trial network.
   */
  readonly signatures: 'required' | 'optional' | 'ignored';
  readonly credentials: readonly ServiceCredential[];
  /** Null for no limit. */
  readonly throttle: ThrottleConfig | null;
  /** Largest request body. EC2 calls are small; 300 ids and 50 tags take some 20 kB. */
  readonly maxBodyBytes: number;
}

/** What the endpoint is given. */
export interface Ec2HandlerDeps {
  readonly service: FlowLogService;
  /** A new request id, a UUID. */
  readonly newRequestId: () => string;
  /** Hears of internal errors; answers never carry their text. */
  readonly reporter?: Reporter;
}

/** Signed requests only, nobody known, no limit. */
export const defaultEc2HandlerConfig: Ec2HandlerConfig = {
  signatures: 'required',
  credentials: [],
  throttle: null,
  maxBodyBytes: 1024 * 1024,
};

interface Caller {
  readonly access: ServiceCredential['access'];
  readonly call: Call;
}

/** Signing names of the actions we have: flow logs are part of EC2, the caller's identity of STS. */
const SERVICES = ['ec2', 'sts'];

/**
 * The EC2 Query API as a function from request to response; mount it at any path. Never rejects: whatever goes wrong
 * is an answer in the AWS error form.
 *
 * A signature's Region must be one that the service has; it chooses what is seen. The request is dispatched by
 * `Action` alone, so several endpoints may share a host.
 */
export function createEc2Handler(
  config: Ec2HandlerConfig,
  deps: Ec2HandlerDeps,
): (request: Request) => Promise<Response> {
  const { service } = deps;
  const { nowMs } = service.context.deps;
  const credentials = new Map(config.credentials.map((credential) => [credential.accessKeyId, credential]));
  const throttle = config.throttle === null ? null : createThrottle(config.throttle, nowMs);
  const reporter = deps.reporter ?? silentReporter;

  const answer = async (request: Request, requestId: string): Promise<string> => {
    const url = new URL(request.url);
    const query = url.search.slice(1);
    const body = await readBody(request, config.maxBodyBytes);
    const caller = authenticate(request, url, query, body);
    if (throttle !== null && !throttle(caller.call.accessKeyId)) {
      throw awsError('RequestLimitExceeded', 'Request limit exceeded.');
    }
    const parameters = Ec2Parameters.parse(formOf(request.method, query, body));
    const operation = operationOf(parameters);
    if (!operation.isReadOnly && caller.access === 'read-only') {
      throw awsError('UnauthorizedOperation', 'You are not authorized to perform this operation.');
    }
    const members = await operation.run(service, caller.call, parameters);
    return (operation.formatResponse ?? formatEc2Response)(operation.action, requestId, members);
  };

  const authenticate = (request: Request, url: URL, query: string, body: Uint8Array): Caller => {
    const { regions } = service.context.config;
    const anonymous: Caller = { access: 'full', call: { region: regions[0] ?? '', accessKeyId: '' } };
    const { method, headers } = request;
    if (config.signatures === 'ignored') {
      const claimed = claimedScope({ headers, query });
      return claimed !== null && regions.includes(claimed.region)
        ? { access: 'full', call: claimed }
        : anonymous;
    }
    if (config.signatures === 'optional' && !isSigned({ headers, query })) return anonymous;
    const signed = { method, path: url.pathname, query, headers, body };
    const credentialOf = (id: string): SigningCredential | undefined => credentials.get(id);
    const { accessKeyId, region } = verifySignature(signed, {
      credentialOf,
      nowMs: nowMs(),
      services: SERVICES,
    });
    if (!regions.includes(region)) {
      const text = `Credential should be scoped to a valid region, not '${region}'. This endpoint serves ${regions.join(', ')}.`;
      throw awsError('AuthFailure', text);
    }
    return { access: credentials.get(accessKeyId)?.access ?? 'read-only', call: { region, accessKeyId } };
  };

  return async (request) => {
    const requestId = deps.newRequestId();
    const headers = { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId };
    try {
      return new Response(await answer(request, requestId), { status: 200, headers });
    } catch (error) {
      const facts = awsErrorOf(error);
      if (facts.code === 'InternalError')
        reporter.warn(`EC2 request ${requestId} failed: ${describeError(error)}`);
      return new Response(formatEc2Error(facts.code, facts.message, requestId), {
        status: facts.status,
        headers,
      });
    }
  };
}

function operationOf(parameters: Ec2Parameters) {
  const action = parameters.text('Action');
  if (action === undefined || action === '') {
    throw awsError('MissingAction', 'The request must contain the parameter Action');
  }
  const operation = OPERATIONS.get(action);
  const version = parameters.text('Version');
  if (operation === undefined) {
    throw awsError('InvalidAction', `The action ${action} is not valid for this web service.`);
  }
  if (version !== undefined && !/^\d{4}-\d{2}-\d{2}$/.test(version)) {
    throw awsError('NoSuchVersion', `The requested version (${version}) is not valid.`);
  }
  return operation;
}

function formOf(method: string, query: string, body: Uint8Array): string {
  if (method === 'POST') return Buffer.from(body).toString('utf8');
  if (method === 'GET') return query;
  throw awsError('MethodNotAllowed', `The method ${method} is not allowed; use POST or GET.`);
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // A declared length may lie or be missing, so what arrives is counted.
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes)
      throw awsError('RequestEntityTooLarge', `The request is larger than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
}

function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
