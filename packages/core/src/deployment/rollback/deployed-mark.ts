import { primaryTaskSet } from '../code-deploy/task-sets.ts';
import { forcerOf } from '../forcing-mark.ts';
import { type Ours, primaryOf, shortTaskDefinition } from '../rollout.ts';
import type { Run } from '../run.ts';
import { tagService, untagService } from '../service-tags.ts';
import { isSetTo, type Target } from '../target.ts';

/**
 * The tag that a service carries while a run of several services deploys it, which is to take it back where another
 * one fails: who deploys, and what ran before. A run that is killed and run again finds the service deployed, and
 * could not know otherwise what it has replaced.
 */
export const deployedTag = 'landfall:deployed';

/** What ran before a run deployed. */
export interface DeployedMark {
  readonly run: string;
  /** The deployment or task set. */
  readonly before: string;
  /** `family:revision`. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
}

export const writeDeployedMark = ({ run, before, taskDefinition, desiredCount }: DeployedMark): string =>
  `run=${run} before=${before} definition=${taskDefinition} count=${desiredCount}`;

export function readDeployedMark(value: string | undefined): DeployedMark | undefined {
  const found = /^run=([\w-]{43}) before=([\w/-]{1,100}) definition=([\w:-]{1,100}) count=(\d{1,9})$/.exec(
    value ?? '',
  );
  return found
    ? { run: found[1]!, before: found[2]!, taskDefinition: found[3]!, desiredCount: Number(found[4]) }
    : undefined;
}

/**
 * Notes what runs now, before the run replaces it by `wanted`.
 * @returns what an earlier attempt of this very run has noted
 */
export async function noteBefore(
  run: Run,
  target: Target,
  wanted: string,
): Promise<DeployedMark | undefined> {
  const { service } = target;
  const self = forcerOf(run.world.host.run);
  const primary = primaryOf(service) ?? primaryTaskSet(service);
  if (self === undefined || primary?.id === undefined) return undefined;
  const found = readDeployedMark(service.tags?.find(({ key }) => key === deployedTag)?.value);
  const own = found?.run === self ? found : undefined;
  if (own === undefined && isSetTo(target, wanted)) return undefined;
  const value = writeDeployedMark({
    run: self,
    before: primary.id,
    taskDefinition: shortTaskDefinition(primary.taskDefinition),
    desiredCount: service.desiredCount ?? 0,
  });
  const lost = 'if this job is killed and run again, it will not take back what it has deployed before';
  const isNoted = own !== undefined || (await tagService(run, target, { key: deployedTag, value }, lost));
  if (isNoted)
    run.leftovers.push(() =>
      untagService(run, target, [deployedTag], `the tag ${deployedTag} stays on ${target.name}`),
    );
  return own;
}

/** A service as it was before an earlier attempt of this run: what was read since may be what that attempt has left. */
export function asBefore(target: Target, ours: Ours, mark: DeployedMark): { target: Target; ours: Ours } {
  const { before, taskDefinition, desiredCount } = mark;
  const { deployments } = target.service;
  return {
    target: {
      ...target,
      service: {
        ...target.service,
        desiredCount,
        ...(deployments && { deployments: [{ id: before, taskDefinition, status: 'PRIMARY' }] }),
      },
    },
    ours: { ...ours, previous: { deploymentId: before, taskDefinition } },
  };
}
