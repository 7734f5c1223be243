import type { ListTasksResponse, Service, TaskSet } from '@aws-sdk/client-ecs';
import type { LocalAws } from '@landfall/sandbox/sandbox';
import { expressService } from '../../scenario/scenario.ts';
import type { Act, Timeline } from '../timeline/timeline.ts';
import type { Versions } from './outside.ts';
import { type Ask, alarm, askOf, group, place, registered, serviceArn } from './place.ts';

/** Those who act at the same time as the run, unaffected by its faults. What they made is theirs. */
export class ConcurrentWriters {
  readonly made = new Set<string>();
  readonly #sandbox: LocalAws;
  readonly #ask: Ask;
  readonly #timeline: Timeline;
  readonly #versions: Versions;

  constructor(sandbox: LocalAws, timeline: Timeline, versions: Versions) {
    this.#sandbox = sandbox;
    this.#ask = askOf(sandbox);
    this.#timeline = timeline;
    this.#versions = versions;
  }

  /** What AWS refuses them is not done. */
  async act(act: Act): Promise<void> {
    if (act.what === 'change-outside') return this.#versions.change();
    const before = new Set(this.#ids());
    try {
      this.#do(act);
    } catch (error) {
      if ((error as Error).name !== 'AwsFault') throw error;
    }
    for (const id of this.#ids()) if (!before.has(id)) this.made.add(id);
  }

  #ids(): readonly string[] {
    const ids = this.#sandbox.ecs
      .truth(place.cluster, place.service)
      ?.deployments.map((one) => one.deploymentId);
    const { deployments } =
      this.#timeline.strategy === 'CODE_DEPLOY'
        ? this.#ask<{ deployments: string[] }>('codedeploy', 'ListDeployments', group)
        : { deployments: [] };
    return [...(ids ?? []), ...deployments];
  }

  #do(act: Exclude<Act, { what: 'change-outside' }>): void {
    const set = (operation: string, input: object) => this.#ask('ecs', operation, { ...place, ...input });
    switch (act.what) {
      case 'deploy':
        this.#deploy(act.version, act.force === true);
        break;
      case 'deploy-beside':
        this.#makeSet(act.version);
        break;
      case 'scale':
        set('UpdateService', { desiredCount: act.count });
        break;
      case 'stop':
        this.#stop();
        break;
      case 'stop-tasks':
        this.#stopTasks();
        break;
      case 'alarm':
        this.#ring();
        break;
      case 'continue':
        this.#answer(act.action);
        break;
      case 'end-wait':
        this.#goOn('TERMINATION_WAIT');
        break;
      case 'take-back':
        set('UpdateServicePrimaryTaskSet', {
          primaryTaskSet: this.#sets().find((one) => one.status !== 'PRIMARY')?.id ?? '',
        });
        break;
      case 'delete-newest-set':
        set('DeleteTaskSet', { taskSet: this.#sets().at(-1)?.id, force: true });
        break;
      case 'no-traffic':
        set('UpdateTaskSet', { taskSet: this.#sets().at(-1)?.id, scale: { unit: 'PERCENT', value: 0 } });
        break;
    }
  }

  #ring(): void {
    const { ecs, codedeploy } = this.#sandbox;
    if (this.#timeline.strategy === 'CODE_DEPLOY')
      codedeploy.trip(group.applicationName, group.deploymentGroupName);
    else ecs.setAlarm(this.#timeline.strategy === 'EXPRESS' ? 'main/web/RollbackAlarm' : alarm, true);
  }

  #register(version: number): string {
    return registered(this.#ask, this.#versions.definition(version));
  }

  /** The oldest first. */
  #sets(): readonly TaskSet[] {
    const { services } = this.#ask<{ services: Service[] }>('ecs', 'DescribeServices', {
      cluster: place.cluster,
      services: [place.service],
    });
    return (services[0]?.taskSets ?? []).toSorted((a, b) => +a.createdAt! - +b.createdAt!);
  }

  #makeSet(version: number): string {
    const { taskSet } = this.#ask<{ taskSet: TaskSet }>('ecs', 'CreateTaskSet', {
      ...place,
      taskDefinition: this.#register(version),
      launchType: 'EC2',
    });
    return taskSet.id!;
  }

  #deploy(version: number, forceNewDeployment: boolean): void {
    const taskDefinition = this.#timeline.strategy === 'EXPRESS' ? '' : this.#register(version);
    switch (this.#timeline.strategy) {
      case 'EXPRESS':
        this.#ask('ecs', 'UpdateExpressGatewayService', {
          serviceArn,
          primaryContainer: {
            ...expressService('web').primaryContainer,
            image: this.#timeline.images[version],
          },
        });
        break;
      case 'EXTERNAL':
        this.#replaceSet(version);
        break;
      case 'CODE_DEPLOY':
        this.#ask('codedeploy', 'CreateDeployment', {
          ...group,
          revision: {
            revisionType: 'AppSpecContent',
            appSpecContent: { content: appSpecOf(taskDefinition) },
          },
        });
        break;
      default:
        this.#ask('ecs', 'UpdateService', { ...place, taskDefinition, forceNewDeployment });
    }
  }

  #replaceSet(version: number): void {
    const before = this.#sets();
    const primaryTaskSet = this.#makeSet(version);
    this.#ask('ecs', 'UpdateServicePrimaryTaskSet', { ...place, primaryTaskSet });
    for (const { id } of before) this.#ask('ecs', 'DeleteTaskSet', { ...place, taskSet: id, force: true });
  }

  #newestRecord(): string | undefined {
    return this.#sandbox.ecs.truth(place.cluster, place.service)?.deployments.at(-1)?.arn;
  }

  #newestInCodeDeploy(): string | undefined {
    return this.#ask<{ deployments: string[] }>('codedeploy', 'ListDeployments', group).deployments[0];
  }

  #stop(): void {
    if (this.#timeline.strategy === 'CODE_DEPLOY')
      this.#ask('codedeploy', 'StopDeployment', {
        deploymentId: this.#newestInCodeDeploy(),
        autoRollbackEnabled: true,
      });
    else
      this.#ask('ecs', 'StopServiceDeployment', {
        serviceDeploymentArn: this.#newestRecord(),
        stopType: 'ROLLBACK',
      });
  }

  #goOn(deploymentWaitType: string): void {
    this.#ask('codedeploy', 'ContinueDeployment', {
      deploymentId: this.#newestInCodeDeploy(),
      deploymentWaitType,
    });
  }

  #answer(action: 'CONTINUE' | 'ROLLBACK'): void {
    if (this.#timeline.strategy === 'CODE_DEPLOY') {
      if (action === 'CONTINUE') this.#goOn('READY_WAIT');
      else this.#stop();
      return;
    }
    const serviceDeploymentArn = this.#newestRecord();
    const { serviceDeployments } = this.#ask<{
      serviceDeployments: { lifecycleHookDetails?: { hookId: string; status: string }[] }[];
    }>('ecs', 'DescribeServiceDeployments', { serviceDeploymentArns: [serviceDeploymentArn] });
    const hook = serviceDeployments[0]?.lifecycleHookDetails?.find((one) => one.status === 'AWAITING_ACTION');
    this.#ask('ecs', 'ContinueServiceDeployment', { serviceDeploymentArn, hookId: hook?.hookId, action });
  }

  #stopTasks(): void {
    const { taskArns } = this.#ask<ListTasksResponse>('ecs', 'ListTasks', {
      cluster: place.cluster,
      serviceName: place.service,
    });
    for (const task of taskArns ?? []) this.#ask('ecs', 'StopTask', { cluster: place.cluster, task });
  }
}

const appSpecOf = (TaskDefinition: string): string =>
  JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: { TaskDefinition, LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 } },
        },
      },
    ],
  });
