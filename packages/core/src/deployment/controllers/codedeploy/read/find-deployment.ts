import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { TaskSet } from '@aws-sdk/client-ecs';
import type { ByCodeDeploy } from '../../../../codedeploy/deployment-group.ts';
import { isOfDeployment } from '../../../../ecs/task-sets.ts';
import { LandfallError } from '../../../../errors/landfall-error.ts';
import type { Registration } from '../../../../task-definition/register.ts';
import type { CodeDeploy } from '../../../../world/aws.ts';
import type { Run } from '../../../follow/run.ts';
import type { TrackedDeployment } from '../../../rollout/rollout.ts';
import type { Target } from '../../../service/read-service-targets.ts';
import { readDeployments } from './read-deployments.ts';

/** A deployment that this run did not make, as one to follow. */
export interface Existing {
  readonly info: DeploymentInfo;
  readonly ours: TrackedDeployment;
  readonly registration: Registration;
}

/**
 * One deployment of the group by its id.
 * @throws NOT_FOUND, INPUT_INVALID when it is another group's
 */
export async function readAsked(
  codeDeploy: CodeDeploy,
  by: ByCodeDeploy,
  id: string,
  signal: AbortSignal,
): Promise<DeploymentInfo> {
  const info = (await readDeployments(codeDeploy, [id], { signal })).get(id);
  if (!info) {
    throw new LandfallError('NOT_FOUND', {
      summary: `CodeDeploy has no deployment ${id}`,
      facts: { application: by.application, group: by.group, deploymentId: id },
    });
  }
  const { applicationName: application, deploymentGroupName: group } = info;
  if (application === by.application && group === by.group) return info;
  throw new LandfallError('INPUT_INVALID', {
    summary: `deployment ${id} belongs to deployment group ${group} of ${application}, not to ${by.group} of ${by.application}`,
    remedy: 'Pass the id of a deployment of this service.',
    facts: { application, group, deploymentId: id },
  });
}

/** The deployment with its task definition, and with what it replaces. */
export async function asExisting(run: Run, target: Target, info: DeploymentInfo): Promise<Existing> {
  const { service, cluster, name } = target;
  const id = info.deploymentId ?? '';
  const own = service.taskSets?.find((one) => isOfDeployment(one, id));
  const madeAt = own?.createdAt ?? info.createTime;
  const isLater = (one: TaskSet) =>
    madeAt !== undefined && one.createdAt !== undefined && one.createdAt > madeAt;
  const earlier = (service.taskSets ?? []).filter((one) => one !== own && !isLater(one));
  const others = earlier.filter((one) => one.status !== 'DRAINING');
  const before = others.find((one) => one.status === 'PRIMARY') ?? others[0];
  const reference = own?.taskDefinition ?? taskDefinitionOf(info);
  const registration = await describe(run, target, reference);
  return {
    info,
    registration,
    ours: {
      cluster,
      service: name,
      serviceArn: service.serviceArn ?? '',
      deploymentId: id,
      taskDefinition: registration.arn,
      createdAt: info.createTime?.getTime() ?? 0,
      previous: before?.id
        ? { deploymentId: before.id, taskDefinition: before.taskDefinition ?? '' }
        : undefined,
      earlier: earlier.flatMap((one) => one.id ?? []),
    },
  };
}

/** Without a revision that CodeDeploy shows (an AppSpec in S3) the deployment can be followed anyway. */
async function describe({ ecs, world }: Run, target: Target, reference?: string): Promise<Registration> {
  if (reference === undefined) return { arn: 'unknown', taskDefinition: {}, how: 'reused' };
  const known = target.taskDefinition?.taskDefinition;
  if (known?.taskDefinitionArn === reference) return { arn: reference, taskDefinition: known, how: 'reused' };
  const { taskDefinition = {} } = await ecs.describeTaskDefinition(
    { taskDefinition: reference },
    { signal: world.host.cancellation },
  );
  return { arn: taskDefinition.taskDefinitionArn ?? reference, taskDefinition, how: 'reused' };
}

/** The task definition that a deployment's AppSpec names, in YAML or JSON; undefined where its text is not shown. */
export function taskDefinitionOf(info: DeploymentInfo): string | undefined {
  const { content } = info.revision?.appSpecContent ?? info.revision?.string ?? {};
  return /\btaskdefinition["']?\s*:\s*["']?([^\s"',}]+)/i.exec(content ?? '')?.[1];
}
