import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { fault, type Store } from './store.ts';
import { deploymentView, targetView } from './views.ts';

const MOST_IN_A_BATCH = 25;
/** ListDeployments returns this many at once and accepts no other number. */
const PAGE = 100;

/** Over a wire times are epoch seconds; in one process they are dates. */
const epoch = (time: Date | number | undefined): number | undefined =>
  time instanceof Date ? time.getTime() : time === undefined ? undefined : time * 1000;

const isWithin = (
  range: { start?: Date | number; end?: Date | number } | undefined,
  createdAt: number,
): boolean => createdAt >= (epoch(range?.start) ?? 0) && createdAt <= (epoch(range?.end) ?? Infinity);

type Operation = OperationOf<Store>;

function target({ deployment, taskSets }: Store, deploymentId: unknown, targetId: unknown) {
  const found = deployment(deploymentId);
  if (targetId !== `${found.group.cluster}:${found.group.service}`)
    throw fault('DeploymentTargetDoesNotExistException', `The deployment target ${targetId} does not exist.`);
  return targetView(found, taskSets);
}

const GetDeployment: Operation = ({ deployment }, input) => ({
  deploymentInfo: deploymentView(deployment(input.deploymentId)),
});

const BatchGetDeployments: Operation = ({ deployments }, input) => {
  const ids: string[] = input.deploymentIds ?? [];
  if (ids.length > MOST_IN_A_BATCH)
    throw fault('BatchLimitExceededException', `The maximum number of deployment ids is ${MOST_IN_A_BATCH}.`);
  return { deploymentsInfo: ids.flatMap((id) => deployments.get(id) ?? []).map(deploymentView) };
};

const ListDeployments: Operation = ({ deployments }, input) => {
  const ids = [...deployments.values()]
    .filter(
      (each) => input.deploymentGroupName === undefined || each.group.name === input.deploymentGroupName,
    )
    .filter(
      (each) =>
        (input.includeOnlyStatuses?.length ?? 0) === 0 || input.includeOnlyStatuses.includes(each.status),
    )
    .filter((each) => isWithin(input.createTimeRange, each.createdAt))
    .map((each) => each.id)
    .reverse();
  const from = input.nextToken === undefined ? 0 : ids.indexOf(input.nextToken);
  if (from < 0) throw fault('InvalidNextTokenException', 'The specified token is not valid.');
  const next = ids[from + PAGE];
  // The next page begins with this one, however many have been made since.
  return { deployments: ids.slice(from, from + PAGE), ...(next !== undefined && { nextToken: next }) };
};

const ListDeploymentTargets: Operation = ({ deployment }, input) => {
  const { cluster, service } = deployment(input.deploymentId).group;
  return { targetIds: [`${cluster}:${service}`] };
};

const GetDeploymentTarget: Operation = (store, input) => ({
  deploymentTarget: target(store, input.deploymentId, input.targetId),
});

const BatchGetDeploymentTargets: Operation = (store, input) => {
  const ids: string[] = input.targetIds ?? [];
  if (ids.length === 0)
    throw fault('DeploymentTargetIdRequiredException', 'A deployment target ID was not provided.');
  return { deploymentTargets: ids.map((id) => target(store, input.deploymentId, id)) };
};

/** What is returned of deployments and their targets. */
export const readHandlers = (store: Store) =>
  handlersOf(store, {
    GetDeployment,
    BatchGetDeployments,
    ListDeployments,
    ListDeploymentTargets,
    GetDeploymentTarget,
    BatchGetDeploymentTargets,
  });
