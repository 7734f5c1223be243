import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '@aws-sdk/client-ecs';
import { expect, test } from '@jest/globals';
import { isBehind, type Reads } from './current.ts';

/** A service whose traffic is on the task set that this deployment made. */
const traffic = (externalId?: string): Service => ({
  taskSets: [{ id: 'ecs-svc/1', status: 'PRIMARY', externalId }],
});
const reads = (
  service: Service,
  last: DeploymentInfo | undefined,
  activeIds: readonly string[],
  infos: readonly DeploymentInfo[],
): Reads => ({
  service,
  last,
  activeIds,
  read: new Map(infos.map((info) => [info.deploymentId!, info])),
});
const one = (deploymentId: string, status: DeploymentInfo['status'], more: DeploymentInfo = {}) => ({
  deploymentId,
  status,
  ...more,
});
const undoes = (id: string) => ({ rollbackInfo: { rollbackTriggeringDeploymentId: id } });
const undoneBy = (id: string) => ({ rollbackInfo: { rollbackDeploymentId: id } });

test.each<[string, Reads]>([
  ['nothing was ever deployed', reads(traffic(), undefined, [], [])],
  ['the last one is live', reads(traffic('d-1'), one('d-1', 'Succeeded'), [], [one('d-1', 'Succeeded')])],
  [
    'the last one is under way',
    reads(traffic('d-1'), one('d-2', 'InProgress'), ['d-2'], [one('d-1', 'Succeeded'), one('d-2', 'Ready')]),
  ],
  [
    'the last one failed, and nothing undid it',
    reads(traffic('d-1'), one('d-2', 'Failed'), [], [one('d-1', 'Succeeded'), one('d-2', 'Failed')]),
  ],
  [
    'the last one was undone',
    reads(
      traffic('d-1'),
      one('d-3', 'Succeeded'),
      [],
      [
        one('d-1', 'Succeeded'),
        one('d-2', 'Stopped', undoneBy('d-3')),
        one('d-3', 'Succeeded', undoes('d-2')),
      ],
    ),
  ],
  [
    'the last one succeeded, and is undone during its termination wait',
    reads(
      traffic('d-1'),
      one('d-3', 'InProgress'),
      ['d-3'],
      [one('d-1', 'Succeeded', undoneBy('d-3')), one('d-3', 'InProgress', undoes('d-1'))],
    ),
  ],
])('%s: the reads agree', (_, given) => expect(isBehind(given)).toBe(false));

test.each<[string, Reads]>([
  ['CodeDeploy does not answer for the last one', reads(traffic('d-1'), one('d-2', 'Succeeded'), [], [])],
  ['CodeDeploy does not answer for an active one', reads(traffic(), undefined, ['d-2'], [])],
  [
    'the last one is over for the group alone',
    reads(traffic('d-1'), one('d-2', 'Succeeded'), [], [one('d-2', 'InProgress')]),
  ],
  [
    'the last one is under way, and not listed',
    reads(traffic('d-1'), one('d-2', 'InProgress'), [], [one('d-2', 'InProgress')]),
  ],
  [
    'the last one is listed as active, and over',
    reads(traffic('d-2'), one('d-2', 'InProgress'), ['d-2'], [one('d-2', 'Succeeded')]),
  ],
  [
    'the last one has succeeded without the traffic',
    reads(traffic('d-1'), one('d-2', 'Succeeded'), [], [one('d-1', 'Succeeded'), one('d-2', 'Succeeded')]),
  ],
  [
    'the rollback has succeeded, and what it undoes has the traffic',
    reads(
      traffic('d-2'),
      one('d-3', 'Succeeded'),
      [],
      [one('d-2', 'Stopped', undoneBy('d-3')), one('d-3', 'Succeeded', undoes('d-2'))],
    ),
  ],
  [
    'what has the traffic is under way, and not listed',
    reads(traffic('d-2'), undefined, [], [one('d-2', 'InProgress')]),
  ],
])('%s: one of the reads is behind', (_, given) => expect(isBehind(given)).toBe(true));
