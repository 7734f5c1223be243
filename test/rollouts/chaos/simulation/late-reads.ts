import type { ListServiceDeploymentsRequest, Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { AwsFault } from '@landfall/sandbox/api/aws-service';
import type { Call, Snapshot } from '../judge/evidence.ts';
import { asOf } from '../judge/world/history.ts';
import type { Lag } from '../timeline/timeline.ts';
import { place } from './place.ts';

type Answer = Readonly<Record<string, unknown>>;
/** What was so, by the names of the services that may be shown late. */
export type Histories = ReadonlyMap<string, readonly Snapshot[]>;
type StateOf = (service: string) => Snapshot | undefined;

/** Shows a run what was so a while ago, now and then. */
export class LateReads {
  readonly #histories: Histories;
  readonly #lag: Lag;
  readonly #random: () => number;
  /** When the tasks that runs have started were made. */
  readonly #tasks = new Map<string, number>();

  constructor(histories: Histories, lag: Lag, random: () => number) {
    this.#histories = histories;
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
      this.#histories.has(nameOf(input.service)) &&
      before?.service &&
      this.#random() < this.#lag.answers
    )
      return { ...shown, service: before.service };
    if (lag === 0) return answer;
    const stateOf = (service: string) => {
      const history = this.#histories.get(service);
      return history && asOf(history, now - lag);
    };
    const state = stateOf(nameOf(input.service));
    switch (operation) {
      case 'DescribeServices':
        return describeServices(shown, stateOf, input);
      case 'ListServiceDeployments':
        return state ? { serviceDeployments: this.#listed(state, input) } : answer;
      case 'DescribeServiceDeployments':
        return describeServiceDeployments(shown, stateOf, input);
      case 'DescribeTaskSets':
        return state ? { ...shown, taskSets: taskSets(state, input) } : answer;
      case 'ListDeployments':
        return {
          ...shown,
          deployments: (shown.deployments as string[]).filter((id) => infoOf(stateOf, id)),
        };
      case 'BatchGetDeployments':
        return {
          deploymentsInfo: (input.deploymentIds as string[]).flatMap((id) => infoOf(stateOf, id) ?? []),
        };
      case 'GetDeployment':
        return { deploymentInfo: infoOf(stateOf, String(input.deploymentId)) ?? unknownDeployment(input) };
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

/** One that did not exist then is missing. */
function describeServices(answer: Answer, stateOf: StateOf, input: Answer): Answer {
  const now = answer as { services: Service[]; failures?: object[] };
  const hasTags = (input.include as string[] | undefined)?.includes('TAGS');
  const then = now.services.map((one) => {
    const state = stateOf(one.serviceName ?? '');
    if (!state) return { shown: one };
    const { tags, ...rest } = state.service ?? {};
    return state.service ? { shown: hasTags ? state.service : rest } : { missing: one.serviceArn };
  });
  return {
    services: then.flatMap(({ shown }) => shown ?? []),
    failures: [
      ...(now.failures ?? []),
      ...then.flatMap(({ missing }) => (missing === undefined ? [] : [{ arn: missing, reason: 'MISSING' }])),
    ],
  };
}

function describeServiceDeployments(answer: Answer, stateOf: StateOf, input: Answer): Answer {
  const then = (arn: string) => stateOf(arn.split('/').at(-2) ?? '');
  const arns = (input.serviceDeploymentArns as string[]).filter(then);
  const now = answer as { serviceDeployments: ServiceDeployment[]; failures: { arn: string }[] };
  const found = [...new Set(arns.map(then))].flatMap(
    (state) => state?.serviceDeployments.filter((one) => arns.includes(one.serviceDeploymentArn!)) ?? [],
  );
  const missing = arns.filter((arn) => !found.some((one) => one.serviceDeploymentArn === arn));
  return {
    serviceDeployments: [
      ...now.serviceDeployments.filter((one) => !then(one.serviceDeploymentArn!)),
      ...found,
    ],
    failures: [
      ...now.failures.filter(({ arn }) => !then(arn)),
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

const infoOf = (stateOf: StateOf, id: string) =>
  stateOf(place.service)?.codeDeploy.find(({ info }) => info.deploymentId === id)?.info;

const unknownDeployment = ({ deploymentId }: Answer): never => {
  throw new AwsFault('DeploymentDoesNotExistException', `The deployment ${deploymentId} could not be found`);
};
