import type { ListServiceDeploymentsRequest, ServiceDeployment } from '@aws-sdk/client-ecs';
import { AwsFault } from '@landfall/sandbox/api/aws-service';
import type { Call, Snapshot } from '../judge/evidence.ts';
import { asOf } from '../judge/world/history.ts';
import type { Lag } from '../timeline/timeline.ts';
import { place } from './place.ts';

type Answer = Readonly<Record<string, unknown>>;

/** Shows a run what was so a while ago, now and then. */
export class LateReads {
  readonly #history: readonly Snapshot[];
  readonly #lag: Lag;
  readonly #random: () => number;
  /** When the tasks that runs have started were made. */
  readonly #tasks = new Map<string, number>();

  constructor(history: readonly Snapshot[], lag: Lag, random: () => number) {
    this.#history = history;
    this.#lag = lag;
    this.#random = random;
  }

  made(call: Call): void {
    for (const id of call.made) if (id.includes(':task/')) this.#tasks.set(id, call.at);
  }

  /** The answer to a read, or to a write, as it is served at this moment. */
  serve(
    now: number,
    operation: string,
    input: Answer,
    answer: unknown,
    before: Snapshot | undefined,
  ): unknown {
    const lag = this.#random() < this.#lag.share ? this.#random() * this.#lag.most : 0;
    const shown = answer as Answer;
    if (
      operation === 'UpdateService' &&
      nameOf(input.service) === place.service &&
      before?.service &&
      this.#random() < this.#lag.answers
    )
      return { ...shown, service: before.service };
    if (lag === 0) return answer;
    const state = asOf(this.#history, now - lag);
    switch (operation) {
      case 'DescribeServices':
        return { ...shown, services: describeServices(shown, state, input) };
      case 'ListServiceDeployments':
        if (nameOf(input.service) !== place.service) return answer;
        return { serviceDeployments: this.#listed(state, input) };
      case 'DescribeServiceDeployments':
        return describeServiceDeployments(shown, state, input);
      case 'DescribeTaskSets':
        return { ...shown, taskSets: taskSets(state, input) };
      case 'ListDeployments':
        return { ...shown, deployments: (shown.deployments as string[]).filter((id) => infoOf(state, id)) };
      case 'BatchGetDeployments':
        return {
          deploymentsInfo: (input.deploymentIds as string[]).flatMap((id) => infoOf(state, id) ?? []),
        };
      case 'GetDeployment':
        return { deploymentInfo: infoOf(state, String(input.deploymentId)) ?? unknownDeployment(input) };
      case 'DescribeTasks':
        return this.#tasksShown(shown, now - lag);
      case 'ListTasks':
        return {
          ...shown,
          taskArns: (shown.taskArns as string[]).filter((arn) => this.#isShown(arn, now - lag)),
        };
      default:
        return answer;
    }
  }

  #isShown = (arn: string, asOfTime: number) => (this.#tasks.get(arn) ?? 0) <= asOfTime;

  #tasksShown(answer: Answer, asOfTime: number): Answer {
    const { tasks, failures } = answer as { tasks: { taskArn: string }[]; failures: object[] };
    const hidden = tasks.filter((task) => !this.#isShown(task.taskArn, asOfTime));
    return {
      tasks: tasks.filter((task) => !hidden.includes(task)),
      failures: [...failures, ...hidden.map(({ taskArn }) => ({ arn: taskArn, reason: 'MISSING' }))],
    };
  }

  /** No order is promised. */
  #listed(state: Snapshot, input: Omit<ListServiceDeploymentsRequest, 'service'>): readonly object[] {
    const { status, createdAt } = input;
    const after = Number(createdAt?.after ?? 0) * 1000;
    const found = state.serviceDeployments
      .filter((one) => !status?.length || status.includes(one.status!))
      .filter((one) => one.createdAt!.getTime() >= after)
      .map(briefOf);
    return this.#random() < 0.5 ? found.toReversed() : found;
  }
}

/** Of a service that is named by its name or its ARN. */
export const nameOf = (service: unknown): string => String(service).replace(/^.*\//, '');

const briefOf = (one: ServiceDeployment) => ({
  serviceDeploymentArn: one.serviceDeploymentArn,
  serviceArn: one.serviceArn,
  clusterArn: one.clusterArn,
  status: one.status,
  statusReason: one.statusReason,
  targetServiceRevisionArn: one.targetServiceRevision?.arn,
  createdAt: one.createdAt,
  startedAt: one.startedAt,
  finishedAt: one.finishedAt ?? one.stoppedAt,
});

function describeServices(answer: Answer, state: Snapshot, input: Answer): readonly unknown[] {
  return (answer.services as { serviceName: string }[]).map((now) => {
    if (now.serviceName !== place.service || !state.service) return now;
    const { tags, ...rest } = state.service;
    return (input.include as string[] | undefined)?.includes('TAGS') ? state.service : rest;
  });
}

function describeServiceDeployments(answer: Answer, state: Snapshot, input: Answer): Answer {
  const isLate = (arn: string) => arn.includes(`/${place.cluster}/${place.service}/`);
  const arns = (input.serviceDeploymentArns as string[]).filter(isLate);
  const now = answer as { serviceDeployments: ServiceDeployment[]; failures: { arn: string }[] };
  const found = state.serviceDeployments.filter((one) => arns.includes(one.serviceDeploymentArn!));
  const missing = arns.filter((arn) => !found.some((one) => one.serviceDeploymentArn === arn));
  return {
    serviceDeployments: [
      ...now.serviceDeployments.filter((one) => !isLate(one.serviceDeploymentArn!)),
      ...found,
    ],
    failures: [
      ...now.failures.filter(({ arn }) => !isLate(arn)),
      ...missing.map((arn) => ({ arn, reason: 'MISSING' })),
    ],
  };
}

function taskSets(state: Snapshot, input: Answer): readonly unknown[] {
  const wanted = input.taskSets as string[] | undefined;
  const all = state.service?.taskSets ?? [];
  return wanted?.length
    ? all.filter((one) => wanted.some((id) => one.id === id || one.taskSetArn === id))
    : all;
}

const infoOf = (state: Snapshot, id: string) =>
  state.codeDeploy.find(({ info }) => info.deploymentId === id)?.info;

const unknownDeployment = ({ deploymentId }: Answer): never => {
  throw new AwsFault('DeploymentDoesNotExistException', `The deployment ${deploymentId} could not be found`);
};
