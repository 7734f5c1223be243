import type {
  ClusterRecord,
  RevisionRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from './records.ts';

/** A request made with a client token: the same token with other parameters is refused. */
export interface TokenRecord {
  readonly request: string;
  readonly resources: readonly string[];
  readonly at: number;
}

export interface Family {
  /** The last revision number given out; it is never given again. */
  last: number;
  readonly revisions: Map<number, TaskDefinitionRecord>;
}

/** Everything the service knows, with the indexes its engine needs. */
export interface State {
  readonly clusters: Map<string, ClusterRecord>;
  readonly families: Map<string, Family>;
  readonly taskDefinitions: Map<string, TaskDefinitionRecord>;
  /** By ARN. */
  readonly services: Map<string, ServiceRecord>;
  readonly serviceDeployments: Map<string, { service: ServiceRecord; deployment: ServiceDeploymentRecord }>;
  readonly revisions: Map<string, { service: ServiceRecord; revision: RevisionRecord }>;
  /** By task id, stopped ones included until ECS forgets them. */
  readonly tasks: Map<string, TaskRecord>;
  /** The tasks of a service that have not stopped, by the service's ARN, in the order they were created. */
  readonly live: Map<string, Set<TaskRecord>>;
  /** Stopped tasks, oldest first. */
  readonly stopped: TaskRecord[];
  readonly tokens: Map<string, TokenRecord>;
  readonly alarms: Set<string>;
}

export function emptyState(): State {
  return {
    clusters: new Map(),
    families: new Map(),
    taskDefinitions: new Map(),
    services: new Map(),
    serviceDeployments: new Map(),
    revisions: new Map(),
    tasks: new Map(),
    live: new Map(),
    stopped: [],
    tokens: new Map(),
    alarms: new Set(),
  };
}

const NO_TASKS: ReadonlySet<TaskRecord> = new Set();

export function liveTasks(state: State, service: ServiceRecord): ReadonlySet<TaskRecord> {
  return state.live.get(service.arn) ?? NO_TASKS;
}

/** The tasks of a deployment that are meant to run. */
export function runningTasks(state: State, service: ServiceRecord, deploymentId: string): TaskRecord[] {
  const found: TaskRecord[] = [];
  for (const task of liveTasks(state, service)) {
    if (task.deploymentId === deploymentId && task.desiredStatus === 'RUNNING') found.push(task);
  }
  return found;
}
