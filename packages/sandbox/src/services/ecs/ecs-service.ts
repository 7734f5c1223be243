import type { AwsService, Handler } from '../../api/aws-service.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import { AWS_TIMING, LOCAL_TIMING, type Timing } from '../../clock/timing.ts';
import type { Balancers } from '../../ports/balancers.ts';
import type { FileStore } from '../../ports/files.ts';
import type { ImageResolver } from '../../ports/images.ts';
import type { LogStore } from '../../ports/log-store.ts';
import type { SecretStore } from '../../ports/secrets.ts';
import type { ServiceCounts } from '../../ports/service-counts.ts';
import type { DockerOptions } from '../shared/service-module.ts';
import { ecsAdmin } from './admin.ts';
import type { EcsControls } from './controls.ts';
import type { StagedRules } from './deployments/staged.ts';
import { createDockerRunner, type DockerRunner } from './docker/docker-runner.ts';
import { expressOperations } from './express/express-services.ts';
import type { EcsContext } from './model/ecs-context.ts';
import { identifiersFrom } from './model/identifiers.ts';
import { ResumableRandom } from './model/resumable-random.ts';
import { fillState, type Snapshot, takeSnapshot } from './model/snapshot.ts';
import { emptyState } from './model/state.ts';
import { authorize } from './operations/authorize.ts';
import { clusterOperations } from './operations/clusters.ts';
import type { Operations } from './operations/operations.ts';
import { serviceDeploymentOperations } from './operations/services/service-deployments.ts';
import { serviceOperations } from './operations/services/services.ts';
import { taskSetOperations } from './operations/services/task-sets.ts';
import { createStaleness } from './operations/staleness.ts';
import { tagged, taggingOperations } from './operations/tagging.ts';
import { taskDefinitionOperations } from './operations/task-definitions.ts';
import { executeCommandOperations } from './operations/tasks/execute-command.ts';
import { taskProtectionOperations } from './operations/tasks/task-protection.ts';
import { taskOperations } from './operations/tasks/tasks.ts';
import { ServiceScheduler } from './scheduler/scheduler.ts';
import { serviceCounts } from './service-counts.ts';
import { createTaskRules } from './task-rules/task-rules.ts';
import { namesTargetGroup, type Target, type TaskSetPort, targetsOf, taskSetPort } from './task-set-port.ts';
import { Lifecycle, type TaskRunner } from './tasks/lifecycle.ts';
import { ScriptedRunner } from './tasks/scripted-runner.ts';
import { truthOf } from './truth.ts';

export interface EcsDeps {
  readonly clock: SandboxClock;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly logs: LogStore;
  readonly registry: ImageResolver;
  readonly secrets: SecretStore;
  readonly files: FileStore;
  readonly balancers: Balancers;
  /** Docker tasks are real containers; a task that an outcome is set for is simulated in both. */
  readonly tasks: 'scripted' | 'docker';
  /** 0 ≤ x < 1. Seeded, the same calls have the same identifiers. */
  readonly random: () => number;
  /** Called after every change that `save()` would show. Often: debounce it. */
  readonly changed: () => void;
  /** Over the defaults, which are near AWS's for scripted tasks and short for Docker tasks. */
  readonly timing?: Partial<Timing>;
  readonly docker?: Partial<DockerOptions>;
}

export interface EcsService extends AwsService, EcsControls {
  /** For CodeDeploy, which acts on the task sets of a service. */
  readonly taskSets: TaskSetPort;
  /** The targets of a target group, for Elastic Load Balancing. */
  targets(targetGroupArn: string): readonly Target[];
  /** Whether a service or one of its task sets says that it is behind this target group. */
  namesTargetGroup(targetGroupArn: string): boolean;
  /** For Application Auto Scaling. */
  readonly counts: ServiceCounts;
  /** Resolves when restored tasks have been found again or given up. */
  restored(): Promise<void>;
  /** Nothing happens after that. Docker containers are removed unless `keep` is set, for a restart. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

/** What can be set on ECS from outside and is not part of its state. */
interface Settings {
  readonly staged: StagedRules;
  foreignImages: Readonly<Record<string, string>>;
}

export function createEcs(deps: EcsDeps): EcsService {
  // A stream of its own, so that it can be taken up again whatever else draws from the same source.
  const random = new ResumableRandom(Math.floor(deps.random() * 4_294_967_296));
  const settings: Settings = { staged: { hooks: [], unknownStage: undefined }, foreignImages: {} };
  const ecs = contextOf(deps, random, settings);
  const scripted = new ScriptedRunner(ecs, () => lifecycle);
  const docker: DockerRunner | undefined =
    deps.tasks === 'docker' ? createDockerRunner(ecs, () => lifecycle, scripted, deps.docker) : undefined;
  const runner: TaskRunner = docker ?? scripted;
  const lifecycle = new Lifecycle(ecs, { runner: () => runner, listener: () => scheduler });
  const scheduler = new ServiceScheduler(ecs, () => lifecycle, settings.staged);
  const operations: Operations = { ecs, lifecycle, scheduler, staleness: createStaleness() };
  const controls = controlsOf(operations, settings);
  const save = () => takeSnapshot(ecs.state, ecs.taskRules.rules(), random.save(), docker?.sandboxId());
  let restoring = Promise.resolve();
  return {
    ...controls,
    handlers: handlersOfEcs(operations),
    authorize: (operation, input) => authorize(ecs, operation, input),
    tagsOf: (arn) => tagged(ecs.state, arn)?.tags,
    save,
    restore(saved) {
      const snapshot = saved as Snapshot;
      fillState(ecs.state, snapshot);
      ecs.taskRules.set(snapshot.taskRules);
      random.restore(snapshot.random);
      if (snapshot.sandboxId !== undefined) docker?.useId(snapshot.sandboxId);
      restoring = adoptAll(operations, runner, docker);
      // Told by `restored()`; without this line Node would end the process first.
      restoring.catch(() => undefined);
    },
    taskSets: taskSetPort(operations),
    targets: (group) => targetsOf(operations, group),
    namesTargetGroup: (group) => namesTargetGroup(operations, group),
    counts: serviceCounts(operations),
    restored: () => restoring,
    async close(options) {
      await restoring;
      scheduler.close();
      lifecycle.close();
      await runner.close(options?.keep === true);
    },
    admin: ecsAdmin({ ...controls, save }),
  };
}

function contextOf(deps: EcsDeps, random: ResumableRandom, settings: Settings): EcsContext {
  const resolve: ImageResolver['resolve'] = (reference) => {
    const found = deps.registry.resolve(reference);
    const digest = settings.foreignImages[reference];
    return found.kind === 'foreign' && digest !== undefined ? { ...found, digest } : found;
  };
  return {
    clock: deps.clock,
    place: { partition: deps.partition, region: deps.region, accountId: deps.accountId },
    logs: deps.logs,
    registry: { ...deps.registry, resolve },
    secrets: deps.secrets,
    files: deps.files,
    balancers: deps.balancers,
    timing: { ...(deps.tasks === 'docker' ? LOCAL_TIMING : AWS_TIMING), ...deps.timing },
    ids: identifiersFrom(random.next),
    random: random.next,
    state: emptyState(),
    taskRules: createTaskRules(),
    changed: deps.changed,
  };
}

const handlersOfEcs = (operations: Operations): Readonly<Record<string, Handler>> => ({
  ...clusterOperations(operations),
  ...taskDefinitionOperations(operations),
  ...serviceOperations(operations),
  ...expressOperations(operations),
  ...serviceDeploymentOperations(operations),
  ...taskOperations(operations),
  ...taskProtectionOperations(operations),
  ...executeCommandOperations(operations),
  ...taskSetOperations(operations),
  ...taggingOperations(operations),
});

const controlsOf = ({ ecs, scheduler, staleness }: Operations, settings: Settings): EcsControls => ({
  setTaskRules(rules) {
    ecs.taskRules.set(rules);
    ecs.changed();
  },
  setLag: (lag) => staleness.set(lag),
  setHooks(rules) {
    settings.staged.hooks = rules;
  },
  setUnknownStage(stage) {
    settings.staged.unknownStage = stage;
  },
  setForeignImages(digests) {
    settings.foreignImages = { ...digests };
  },
  setAlarm: (name, on) => scheduler.alarm(name, on),
  truth: (cluster, service) => truthOf(ecs, cluster, service),
});

/** Running tasks are taken up again where they are still there; what was starting or stopping has ended. */
async function adoptAll(
  { ecs, lifecycle, scheduler }: Operations,
  runner: TaskRunner,
  docker: DockerRunner | undefined,
): Promise<void> {
  const kept = new Set<string>();
  for (const task of [...ecs.state.tasks.values()]) {
    if (task.lastStatus === 'STOPPED') continue;
    const isWhole = task.lastStatus === 'RUNNING' && task.desiredStatus === 'RUNNING';
    if (isWhole && (await runner.adopt(task))) {
      kept.add(task.id);
      lifecycle.resume(task);
    } else {
      lifecycle.lose(task);
    }
  }
  await docker?.sweep(kept);
  for (const service of ecs.state.services.values()) scheduler.wake(service);
}
