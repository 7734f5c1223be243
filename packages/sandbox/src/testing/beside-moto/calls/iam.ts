import type { Calls } from '../ask.ts';

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' },
  ],
});
const policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'logs:PutLogEvents', Resource: '*' }],
});

export const iamCalls: Calls = async (ask) => {
  await ask('a new one', 'CreateRole', { RoleName: 'task', AssumeRolePolicyDocument: trust });
  await ask('one that is there already', 'CreateRole', { RoleName: 'task', AssumeRolePolicyDocument: trust });
  await ask('with a policy that is no JSON', 'CreateRole', {
    RoleName: 'other',
    AssumeRolePolicyDocument: 'no',
  });
  await ask('one', 'GetRole', { RoleName: 'task' });
  await ask('one that is missing', 'GetRole', { RoleName: 'gone' });
  await ask('of a role', 'PutRolePolicy', { RoleName: 'task', PolicyName: 'logs', PolicyDocument: policy });
  await ask('of a role that is missing', 'PutRolePolicy', {
    RoleName: 'gone',
    PolicyName: 'logs',
    PolicyDocument: policy,
  });
  await ask('with a policy in it', 'DeleteRole', { RoleName: 'task' });
  await ask('of a role', 'DeleteRolePolicy', { RoleName: 'task', PolicyName: 'logs' });
  await ask('one that is missing', 'DeleteRolePolicy', { RoleName: 'task', PolicyName: 'logs' });
  await ask('one without policies', 'DeleteRole', { RoleName: 'task' });
  await ask('one that is missing', 'DeleteRole', { RoleName: 'gone' });
};
