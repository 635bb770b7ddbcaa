import { formatArn, formatQueryResponse } from '../../aws/index.ts';
import type { Operation } from './operation.ts';

const STS_NAMESPACE = 'https://sts.amazonaws.com/doc/2011-06-15/';

/** STS GetCallerIdentity: the one call outside EC2 that Terraform's provider makes before it asks for flow logs. */
export const callerIdentityOperation: Operation = {
  action: 'GetCallerIdentity',
  isReadOnly: true,
  run: (service, call, parameters) => {
    parameters.assertAllRead();
    const { accountId } = service.context.config;
    const user = call.accessKeyId === '' ? 'root' : `user/${call.accessKeyId}`;
    return {
      Arn: formatArn({ partition: 'aws', service: 'iam', region: '', accountId, resource: user }),
      UserId: call.accessKeyId === '' ? accountId : call.accessKeyId,
      Account: accountId,
    };
  },
  formatResponse: (action, requestId, members) =>
    formatQueryResponse(action, STS_NAMESPACE, requestId, members),
};
