import type { CreateServiceRequest, CreateServiceResponse } from '@aws-sdk/client-ecs';
import { openDeployment } from '../../deployments/deployments.ts';
import { serviceArn } from '../../model/arns.ts';
import type { EcsContext } from '../../model/ecs-context.ts';
import { invalid } from '../../model/faults.ts';
import type { ServiceRecord } from '../../model/records.ts';
import { serviceView, withTags } from '../../views/service.ts';
import { tagsFrom } from '../../views/tags.ts';
import { findCluster, isName, usableTaskDefinition } from '../lookup.ts';
import type { Operation } from '../operations.ts';
import {
  checkCount,
  checkLaunchType,
  checkLoadBalancers,
  checkNetwork,
  checkVolumes,
  deploymentConfiguration,
} from './check-service.ts';
import { noHistory } from './no-history.ts';
import { withDefaults } from './service-defaults.ts';
import { firstTaskSet } from './task-sets.ts';

export const CreateService: Operation<CreateServiceRequest, CreateServiceResponse> = (
  { ecs, staleness, scheduler },
  input,
  { caller },
) => {
  const cluster = findCluster(ecs, input.cluster);
  if (!isName(input.serviceName))
    throw invalid('Service name should not be null or contain invalid characters.');
  const arn = serviceArn(ecs.place, cluster.name, input.serviceName);
  const existing = ecs.state.services.get(arn);
  if (existing?.status === 'DRAINING') throw invalid('Unable to Start a service that is still Draining.');
  if (existing?.status === 'ACTIVE') {
    const again = input.clientToken !== undefined && input.clientToken === existing.clientToken;
    if (again) return { service: staleness.answer(arn, serviceView(ecs, existing)) };
    throw invalid('Creation of service was not idempotent.');
  }
  checkSettings(input);
  checkToken(input.clientToken);
  const service = newService(ecs, input, { arn, cluster: cluster.name, createdBy: caller.arn });
  ecs.state.services.set(arn, service);
  const controller = controllerOf(input);
  if (controller === 'ECS') openDeployment(ecs, service);
  if (controller === 'CODE_DEPLOY') service.taskSets.push(firstTaskSet(ecs, service));
  scheduler.wake(service);
  staleness.created(arn);
  ecs.changed();
  return { service: staleness.answer(arn, withTags(serviceView(ecs, service), service)) };
};

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html, clientToken */
function checkToken(token: string | undefined): void {
  if (token !== undefined && !/^[\x21-\x7e]{1,36}$/.test(token))
    throw invalid('clientToken must be 1 to 36 characters in the range of 33-126.');
}

const controllerOf = (input: CreateServiceRequest): string => input.deploymentController?.type ?? 'ECS';
const isDaemon = (input: CreateServiceRequest): boolean => input.schedulingStrategy === 'DAEMON';

function checkSettings(input: CreateServiceRequest): void {
  if (isDaemon(input) && input.desiredCount !== undefined) {
    throw invalid('The daemon scheduling strategy does not support a desired count for services.');
  }
  if (!isDaemon(input) && input.desiredCount === undefined) throw invalid('desiredCount must be specified.');
  checkCount(input.desiredCount, 'desiredCount');
  if (input.launchType !== undefined && input.capacityProviderStrategy !== undefined) {
    throw invalid(
      'Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.',
    );
  }
}

/** The ARN of a task definition that goes with the service; a service with task sets may have none of its own. */
function taskDefinitionOf(ecs: EcsContext, input: CreateServiceRequest): string | undefined {
  if (controllerOf(input) === 'EXTERNAL' && input.taskDefinition === undefined) return undefined;
  const definition = usableTaskDefinition(ecs, input.taskDefinition);
  checkNetwork(definition, input.networkConfiguration);
  checkLaunchType(definition, input.launchType);
  checkLoadBalancers(definition, input.loadBalancers);
  checkVolumes(definition, input.volumeConfigurations);
  return definition.arn;
}

function newService(
  ecs: EcsContext,
  input: CreateServiceRequest,
  place: Pick<ServiceRecord, 'arn' | 'cluster' | 'createdBy'>,
): ServiceRecord {
  const taskDefinition = taskDefinitionOf(ecs, input);
  const configuration = deploymentConfiguration(input.deploymentConfiguration, input.schedulingStrategy);
  const { tags, cluster: _, clientToken, ...settings } = input;
  const launchType = input.capacityProviderStrategy === undefined ? (input.launchType ?? 'EC2') : undefined;
  return {
    ...place,
    ...noHistory(),
    name: input.serviceName!,
    status: 'ACTIVE',
    createdAt: ecs.clock.now(),
    clientToken,
    settings: withDefaults({
      // A new service is rebalanced unless it says otherwise; one of daemons has nothing to balance.
      availabilityZoneRebalancing: isDaemon(input) ? 'DISABLED' : 'ENABLED',
      ...settings,
      taskDefinition,
      ...(launchType === undefined ? {} : { launchType }),
    }),
    desiredCount: isDaemon(input) ? 1 : input.desiredCount!,
    configuration,
    tags: tagsFrom(tags),
  };
}
