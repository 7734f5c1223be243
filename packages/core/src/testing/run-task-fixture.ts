/** `run-task` against an ECS whose answers are scripted. */
import type {
  DescribeTasksResponse,
  RunTaskRequest,
  RunTaskResponse,
  Service,
  Task,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import { runReported } from '@landfall/report/run-reported';
import { LandfallError } from '../errors/landfall-error.ts';
import { runTask } from '../operations/run-task.ts';
import { type FakeAws, type FakeWorldOptions, fakeWorld } from './fake-world.ts';

export const arn = 'arn:aws:ecs:eu-west-1:123456789012:task/production/0123456789abcdef';
export const secondArn = `${arn}0`;
export const revision = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/migrate:7';

export const taskDefinition: TaskDefinition = {
  family: 'migrate',
  taskDefinitionArn: revision,
  networkMode: 'awsvpc',
  cpu: '256',
  memory: '512',
  containerDefinitions: [
    {
      name: 'app',
      essential: true,
      logConfiguration: {
        logDriver: 'awslogs',
        options: { 'awslogs-group': '/ecs/migrate', 'awslogs-stream-prefix': 'run' },
      },
    },
    { name: 'log-router', essential: false },
  ],
};

export const service: Service = {
  serviceName: 'web',
  status: 'ACTIVE',
  launchType: 'FARGATE',
  platformVersion: '1.4.0',
  networkConfiguration: {
    awsvpcConfiguration: { subnets: ['subnet-0a1'], securityGroups: ['sg-0a1'], assignPublicIp: 'DISABLED' },
  },
};

export const task = (lastStatus: string, more: Partial<Task> = {}): Task => ({
  taskArn: arn,
  lastStatus,
  ...more,
});
export const stopped = (exitCode: number | undefined, more: Partial<Task> = {}, reason?: string): Task =>
  task('STOPPED', {
    stopCode: 'EssentialContainerExited',
    stoppedReason: 'Essential container in task exited',
    containers: [
      {
        name: 'app',
        lastStatus: 'STOPPED',
        ...(exitCode !== undefined && { exitCode }),
        ...(reason && { reason }),
      },
      { name: 'log-router', lastStatus: 'STOPPED', exitCode: 0 },
    ],
    ...more,
  });

export interface RunTaskFixture {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly run?: RunTaskResponse | ((request: RunTaskRequest) => RunTaskResponse);
  /** Answers of DescribeTasks in turn; the last is repeated. */
  readonly looks?: readonly (DescribeTasksResponse | LandfallError | (() => DescribeTasksResponse))[];
  readonly log?: readonly string[];
  readonly ecs?: FakeAws['ecs'];
  readonly logs?: FakeAws['logs'];
  readonly host?: Omit<FakeWorldOptions, 'inputs' | 'aws'>;
  readonly definition?: TaskDefinition;
}

export function runWith({
  inputs,
  run,
  looks = [],
  log = [],
  ecs,
  logs,
  host,
  definition = taskDefinition,
}: RunTaskFixture = {}) {
  let look = 0;
  const world = fakeWorld({
    ...host,
    inputs: { 'task-definition': 'migrate', cluster: 'production', service: 'web', ...inputs },
    aws: {
      ecs: {
        describeTaskDefinition: async () => ({ taskDefinition: definition }),
        describeServices: async () => ({ services: [service], failures: [] }),
        runTask: async (request) =>
          typeof run === 'function' ? run(request) : (run ?? { tasks: [task('PROVISIONING')], failures: [] }),
        describeTasks: async () => {
          const answer = looks[Math.min(look++, looks.length - 1)]!;
          if (answer instanceof LandfallError) throw answer;
          return typeof answer === 'function' ? answer() : answer;
        },
        stopTask: async () => ({ task: task('STOPPING') }),
        ...ecs,
      },
      logs: logs ?? {
        getLogEvents: async ({ nextToken }) => {
          const at = nextToken === undefined ? 0 : Number(nextToken);
          return {
            events: log.slice(at).map((message) => ({ message })),
            nextForwardToken: String(log.length),
          };
        },
      },
    },
  });
  return { world, result: runReported(runTask, world) };
}

export const sees = (...tasks: Task[]): DescribeTasksResponse => ({ tasks, failures: [] });
export const succeeds = [sees(task('PENDING')), sees(task('RUNNING')), sees(stopped(0))];
export const operations = (world: ReturnType<typeof runWith>['world']) =>
  world.requests.map(({ operation }) => operation);
export const requestOf = (world: ReturnType<typeof runWith>['world'], operation: string) =>
  world.requests.find((one) => one.operation === operation)?.input;
