import type { DeploymentInfo, ECSTarget } from '@aws-sdk/client-codedeploy';
import type {
  DescribeTasksResponse,
  ListTasksResponse,
  Service,
  ServiceDeployment,
  ServiceRevision,
} from '@aws-sdk/client-ecs';
import type { LocalAws } from '@landfall/sandbox/sandbox';
import type { Snapshot } from '../judge/evidence.ts';
import { isOver } from '../judge/world/history.ts';
import { type Ask, askOf, group, place } from './place.ts';

/** What changes within a second counts as one change. */
const pace = 1000;

interface RecorderOptions {
  readonly hasCodeDeploy?: boolean;
  /** Whether the tasks take from outside what may change while they run. */
  readonly takes?: boolean;
  readonly service?: string;
}

/** Keeps what was so after each change of the world. */
export class Recorder {
  readonly history: Snapshot[] = [];
  readonly #sandbox: LocalAws;
  readonly #ask: Ask;
  readonly #hasCodeDeploy: boolean;
  readonly #takes: boolean;
  readonly service: string;
  /** What is over changes no more; ECS keeps its counts as they were. */
  readonly #digests = new Map<string, string | undefined>();
  readonly #over = new Map<string, ServiceDeployment>();
  #isDue = false;
  /** This many states stay as they are. */
  #kept = 0;

  constructor(
    sandbox: LocalAws,
    { hasCodeDeploy = false, takes = false, service = place.service }: RecorderOptions,
  ) {
    this.#sandbox = sandbox;
    this.#ask = askOf(sandbox);
    this.#hasCodeDeploy = hasCodeDeploy;
    this.#takes = takes;
    this.service = service;
  }

  /** Something is changing. */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    const { clock } = this.#sandbox;
    const next = (this.history.at(-1)?.at ?? 0) + pace;
    clock.at(Math.max(clock.now(), next), () => {
      this.#isDue = false;
      this.take();
    });
  }

  /** What is so when a run begins or ends, or a write is sent: what follows may change it at the same instant. */
  keep(): Snapshot {
    const state = this.take();
    this.#kept = this.history.length;
    return state;
  }

  /** What is so now. */
  take(): Snapshot {
    const { services } = this.#ask<{ services: Service[] }>('ecs', 'DescribeServices', {
      cluster: place.cluster,
      services: [this.service],
      include: ['TAGS'],
    });
    const state: Snapshot = {
      at: this.#sandbox.clock.now(),
      service: services[0],
      serviceDeployments: services[0]?.deploymentController?.type === 'ECS' ? this.#serviceDeployments() : [],
      codeDeploy: this.#hasCodeDeploy ? this.#codeDeploy() : [],
      digest: this.#digest(services[0]),
      ...(this.#takes && { oldestTask: this.#oldestTask(services[0]) }),
    };
    if (this.history.at(-1)?.at === state.at && this.history.length > this.#kept) this.history.pop();
    this.history.push(state);
    return state;
  }

  #serviceDeployments(): readonly ServiceDeployment[] {
    const known = this.#sandbox.ecs.truth(place.cluster, this.service)?.deployments ?? [];
    return known.flatMap(({ arn }) => {
      const over = this.#over.get(arn);
      if (over) return [over];
      const { serviceDeployments } = this.#ask<{ serviceDeployments: ServiceDeployment[] }>(
        'ecs',
        'DescribeServiceDeployments',
        { serviceDeploymentArns: [arn] },
      );
      const [one] = serviceDeployments;
      if (one && isOver(one)) this.#over.set(arn, one);
      return one ? [one] : [];
    });
  }

  #oldestTask(service: Service | undefined): number | undefined {
    const primary = service?.deployments?.find((one) => one.status === 'PRIMARY');
    const { taskArns = [] } = this.#ask<ListTasksResponse>('ecs', 'ListTasks', {
      cluster: place.cluster,
      startedBy: primary?.id,
    });
    if (taskArns.length === 0) return undefined;
    const { tasks = [] } = this.#ask<DescribeTasksResponse>('ecs', 'DescribeTasks', {
      cluster: place.cluster,
      tasks: taskArns,
    });
    return Math.min(...tasks.map((task) => task.createdAt!.getTime()));
  }

  /** Of a revision it never changes. */
  #digest(service: Service | undefined): string | undefined {
    const primary = service?.deployments?.find((one) => one.status === 'PRIMARY');
    const arn = service?.currentServiceRevisions?.find((one) =>
      one.arn?.endsWith(`/${primary?.id?.split('/')[1]}`),
    )?.arn;
    if (arn === undefined) return undefined;
    if (!this.#digests.has(arn)) {
      const { serviceRevisions } = this.#ask<{ serviceRevisions: ServiceRevision[] }>(
        'ecs',
        'DescribeServiceRevisions',
        { serviceRevisionArns: [arn] },
      );
      this.#digests.set(arn, serviceRevisions[0]?.containerImages?.[0]?.imageDigest);
    }
    return this.#digests.get(arn);
  }

  #codeDeploy(): Snapshot['codeDeploy'] {
    const { deployments } = this.#ask<{ deployments: string[] }>('codedeploy', 'ListDeployments', group);
    return deployments.toReversed().map((deploymentId) => ({
      info: this.#ask<{ deploymentInfo: DeploymentInfo }>('codedeploy', 'GetDeployment', { deploymentId })
        .deploymentInfo,
      target: this.#ask<{ deploymentTarget: { ecsTarget: ECSTarget } }>('codedeploy', 'GetDeploymentTarget', {
        deploymentId,
        targetId: `${place.cluster}:${place.service}`,
      }).deploymentTarget.ecsTarget,
    }));
  }
}
