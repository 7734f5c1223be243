import type { TaskRule } from '../task-rules/task-rule.ts';
import type { ClusterRecord, ServiceRecord, TaskDefinitionRecord, TaskRecord } from './records.ts';
import type { State, TokenRecord } from './state.ts';

/** The state as plain JSON. */
export interface Snapshot {
  readonly version: 1;
  readonly clusters: readonly ClusterRecord[];
  readonly families: readonly {
    readonly name: string;
    readonly last: number;
    readonly revisions: readonly TaskDefinitionRecord[];
  }[];
  readonly services: readonly ServiceRecord[];
  readonly tasks: readonly TaskRecord[];
  readonly tokens: readonly (readonly [string, TokenRecord])[];
  readonly alarms: readonly string[];
  readonly taskRules: readonly TaskRule[];
  /** Where identifiers come from, and how many numbers were drawn. */
  readonly random: { readonly seed: number; readonly draws: number };
  /** What the Docker containers are labelled with. */
  readonly sandboxId?: string;
}

export function takeSnapshot(
  state: State,
  taskRules: readonly TaskRule[],
  random: Snapshot['random'],
  sandboxId?: string,
): Snapshot {
  return {
    version: 1,
    clusters: [...state.clusters.values()],
    families: [...state.families].map(([name, family]) => ({
      name,
      last: family.last,
      revisions: [...family.revisions.values()],
    })),
    services: [...state.services.values()],
    tasks: [...state.tasks.values()],
    tokens: [...state.tokens],
    alarms: [...state.alarms],
    taskRules,
    random,
    ...(sandboxId === undefined ? {} : { sandboxId }),
  };
}

/** Fills an empty state. The snapshot is copied, so that the caller's stays as it is. */
export function fillState(state: State, from: Snapshot): void {
  const snapshot = structuredClone(from);
  for (const cluster of snapshot.clusters) state.clusters.set(cluster.name, cluster);
  for (const { name, last, revisions } of snapshot.families) {
    state.families.set(name, {
      last,
      revisions: new Map(revisions.map((record) => [record.revision, record])),
    });
    for (const record of revisions) state.taskDefinitions.set(record.arn, record);
  }
  for (const service of snapshot.services) {
    state.services.set(service.arn, service);
    for (const deployment of service.serviceDeployments) {
      state.serviceDeployments.set(deployment.arn, { service, deployment });
    }
    for (const revision of service.revisions) state.revisions.set(revision.arn, { service, revision });
  }
  for (const task of snapshot.tasks) {
    state.tasks.set(task.id, task);
    if (task.lastStatus === 'STOPPED') {
      state.stopped.push(task);
    } else if (task.service !== undefined) {
      const own = state.live.get(task.service) ?? new Set();
      own.add(task);
      state.live.set(task.service, own);
    }
  }
  state.stopped.sort((left, right) => left.stoppedAt! - right.stoppedAt!);
  for (const [token, record] of snapshot.tokens) state.tokens.set(token, record);
  for (const alarm of snapshot.alarms) state.alarms.add(alarm);
}
