import type { Service } from '@aws-sdk/client-ecs';
import { type CodeDeployValues, namesOf, readGroup } from '../../codedeploy/deployment-group.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import { probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok } from '../check.ts';
import { notFound } from '../not-found.ts';

/** Whether CodeDeploy has a deployment group for a service of its controller, and that group is this service's. */
export async function checkDeploymentGroup(
  service: Service,
  cluster: string,
  given: CodeDeployValues,
  world: World,
): Promise<readonly Check[]> {
  // Not a choice of how to deploy, which is made in deployment/controllers: no other controller has such a group.
  if (service.deploymentController?.type !== 'CODE_DEPLOY') return [];
  const where = { cluster, service, name: service.serviceName ?? '' };
  const { application, group } = namesOf(cluster, where.name, given);
  const subject = `deployment group ${group} of ${application}`;
  const remedy = 'Set `codedeploy-application` and `codedeploy-deployment-group` to those of the service.';
  const asked = await probe(async () => {
    const codeDeploy = await world.aws.codeDeploy();
    const options = { signal: world.host.cancellation };
    return readGroup(codeDeploy, where, given, undefined, options).catch((thrown) => {
      if (isLandfallError(thrown, 'INPUT_INVALID')) return thrown;
      throw thrown;
    });
  });
  if (asked.kind !== 'found')
    return [notFound('service', subject, asked, { message: 'does not exist', remedy })];
  return isLandfallError(asked.value)
    ? [error('service', subject, `belongs to another service: ${asked.value.summary}`, remedy)]
    : [ok('service', subject, `deploys ${where.name}`)];
}
