import type { EcsAccess } from '../../ecs/ecs-access.ts';
import { shortTaskDefinition } from '../../ecs/short-names.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import type { Registration } from '../../task-definition/register.ts';

/**
 * The revision to roll back to, as a registration.
 * @throws ROLLBACK_IMPOSSIBLE when it is deregistered
 */
export async function readRollbackRevision(
  { ecs, world }: EcsAccess,
  service: string,
  goal: string,
): Promise<Registration> {
  const { taskDefinition } = await ecs
    .describeTaskDefinition({ taskDefinition: goal }, { signal: world.host.cancellation })
    .catch((error) => {
      throw isLandfallError(error, 'NOT_FOUND')
        ? new LandfallError('NOT_FOUND', {
            summary: `${service} cannot roll back to ${shortTaskDefinition(goal)}: ECS has no such task definition in ${world.aws.region}`,
            facts: error.facts,
            cause: error,
          })
        : error;
    });
  if (!taskDefinition?.taskDefinitionArn || taskDefinition.status === 'INACTIVE') {
    throw new LandfallError('ROLLBACK_IMPOSSIBLE', {
      summary: `${shortTaskDefinition(goal)} is deregistered (INACTIVE): ECS does not start tasks from it`,
      facts: { service, taskDefinition: goal },
    });
  }
  return { arn: taskDefinition.taskDefinitionArn, taskDefinition, how: 'reused' };
}

export const noRollbackTarget = (service: string, summary: string) =>
  new LandfallError('ROLLBACK_IMPOSSIBLE', {
    summary,
    remedy: 'Set `task-definition` to the revision to roll back to.',
    facts: { service },
  });

export const sameBefore = (service: string, taskDefinition: string) =>
  impossible(
    service,
    `${shortTaskDefinition(taskDefinition)} was running before as well: whatever changed is outside the task definition`,
  );

export const impossible = (service: string, why: string) =>
  new LandfallError('ROLLBACK_IMPOSSIBLE', {
    summary: `${service} is not rolled back: ${why}`,
    facts: { service },
  });
