import type { ByCodeDeploy } from '../../../codedeploy/deployment-group.ts';
import type { Run } from '../../follow/run.ts';
import type { Made, Recognition } from '../controller.ts';
import type { CodeDeployTarget } from './read/current.ts';
import { listDeployments, readDeployments } from './read/read-deployments.ts';
import { isOver } from './watch/codedeploy-watch.ts';

/** By the deployments of the group. */
export const codeDeployRecognition: Recognition = {
  isNamed: false,
  // A deployment that failed leaves the task set of before as old as it was.
  newestAt: ({ codeDeploy }: CodeDeployTarget) => codeDeploy.info.lastAttemptedDeployment?.createTime,
  listMade: (run, { codeDeploy }: CodeDeployTarget, _, since) => listMade(run, codeDeploy, since),
  isUnderWay,
};

/** The deployments of a group that were asked for since a time, and that CodeDeploy has not made of itself. */
async function listMade({ world }: Run, by: ByCodeDeploy, since: number): Promise<readonly Made[]> {
  const codeDeploy = await world.aws.codeDeploy();
  const options = { signal: world.host.cancellation };
  const ids = await listDeployments(codeDeploy, by, { since: new Date(since) }, options);
  const read = ids.length > 0 ? await readDeployments(codeDeploy, ids, options) : new Map();
  return [...read.values()].flatMap(({ deploymentId: id, createTime, creator }) =>
    id && createTime && creator !== 'codeDeployRollback' ? [{ id, createdAt: createTime.getTime() }] : [],
  );
}

async function isUnderWay({ world }: Run, id: string): Promise<boolean> {
  const codeDeploy = await world.aws.codeDeploy();
  const read = await readDeployments(codeDeploy, [id], { signal: world.host.cancellation });
  return read.has(id) && !isOver(read.get(id)?.status);
}
