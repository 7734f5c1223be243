import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import { expect, test } from '@jest/globals';
import type { CodeDeploy } from '../../../../world/aws.ts';
import type { CodeDeployTarget } from './current.ts';
import { readHistory } from './history.ts';

const definition = (version: number) => `arn:aws:ecs:eu-west-1:123456789012:task-definition/web:${version}`;
const deployment = (version: number, status: DeploymentInfo['status']): DeploymentInfo => {
  const TaskDefinition = definition(version);
  const resources = [{ TargetService: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition } } }];
  return {
    deploymentId: `d-${version}`,
    status,
    createTime: new Date(version * 1000),
    revision: {
      revisionType: 'AppSpecContent',
      appSpecContent: { content: JSON.stringify({ version: 0, Resources: resources }) },
    },
  };
};

test('a deployment that other reads have shown in progress is in the history, even where the list is behind', async () => {
  const all = [deployment(1, 'Succeeded'), deployment(2, 'InProgress')];
  const codeDeploy = {
    listDeployments: async () => ({ deployments: ['d-1'] }),
    batchGetDeployments: async ({ deploymentIds = [] }: { deploymentIds?: string[] }) => ({
      deploymentsInfo: all.filter(({ deploymentId }) => deploymentIds.includes(deploymentId!)),
    }),
  } as unknown as CodeDeploy;
  const target = {
    codeDeploy: { application: 'app', group: 'group', current: { active: all[1], last: all[1] } },
  } as unknown as CodeDeployTarget;
  const past = await readHistory(codeDeploy, target, new AbortController().signal);
  expect(past.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['d-1', 'live'],
    ['d-2', 'open'],
  ]);
});
