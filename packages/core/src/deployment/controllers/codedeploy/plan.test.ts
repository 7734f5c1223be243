import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { planByCodeDeploy } from './plan.ts';
import type { CodeDeployTarget } from './read/current.ts';

const wanted = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
const steady: TaskSet = {
  id: 'ecs-svc/1',
  status: 'PRIMARY',
  taskDefinition: wanted,
  stabilityStatus: 'STEADY_STATE',
  scale: { unit: 'PERCENT', value: 100 },
  runningCount: 2,
  pendingCount: 0,
  computedDesiredCount: 2,
};

const planned = (taskSets: TaskSet[]) => {
  const service: Service = { serviceName: 'web', taskDefinition: wanted, desiredCount: 2, taskSets };
  const codeDeploy = { group: 'DgpECS-main-web', info: {}, current: { busy: [] } };
  const target = { cluster: 'main', name: 'web', service, codeDeploy } as unknown as CodeDeployTarget;
  const { kind, ...plan } = planByCodeDeploy(target, wanted, {});
  return kind === 'update' && 'startsDeployment' in plan ? [kind, plan.startsDeployment] : [kind];
};

test.each<[string, TaskSet[], unknown[]]>([
  ['the task set with the traffic is steady: nothing', [steady], ['unchanged']],
  ['it runs one of two tasks: it is followed', [{ ...steady, runningCount: 1 }], ['adopt']],
  [
    'it runs nothing: it is followed',
    [{ ...steady, runningCount: 0, stabilityStatus: 'STABILIZING' }],
    ['adopt'],
  ],
  [
    'no task set has the traffic, whatever the service is set to: it is deployed',
    [{ ...steady, status: 'ACTIVE' }],
    ['update', true],
  ],
  ['there is no task set at all: it is deployed', [], ['update', true]],
])('of the same task definition, %s', (_, taskSets, plan) => {
  expect(planned(taskSets)).toEqual(plan);
});
