import { afterEach } from 'vitest';
import { type Ec2Answer, ec2FlowLogsContract, type Form } from '../contract/ec2-flow-logs.ts';
import { OWNER_KEY, startEndpoint, type TestEndpoint } from '../support/ec2-endpoint.ts';
import { signedHeaders } from '../support/sign-request.ts';

const running: TestEndpoint[] = [];
afterEach(async () => {
  for (const endpoint of running.splice(0)) await endpoint.stop();
});

const formOf = (parameters: Form): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value).replaceAll('%20', '+')}`)
    .join('&');

async function answerOf(response: Response): Promise<Ec2Answer> {
  return { status: response.status, headers: response.headers, body: await response.text() };
}

ec2FlowLogsContract('signed POST over HTTP', async () => {
  const endpoint = await startEndpoint();
  running.push(endpoint);
  return {
    send: async (parameters) => {
      const body = formOf(parameters);
      const headers = signedHeaders(`127.0.0.1:${endpoint.port}`, body, { ...OWNER_KEY, nowMs: Date.now() });
      return answerOf(await fetch(endpoint.url, { method: 'POST', headers, body }));
    },
  };
});

ec2FlowLogsContract('unsigned GET in process, where that is allowed', async () => {
  const endpoint = await startEndpoint({}, { signatures: 'optional' });
  running.push(endpoint);
  return {
    send: async (parameters) =>
      answerOf(await endpoint.handler(new Request(`${endpoint.url}/?${formOf(parameters)}`))),
  };
});
