import type { Service } from '@aws-sdk/client-ecs';
import type { EcsAccess } from '../../ecs/ecs-access.ts';
import type { WantedTaskDefinition } from '../../task-definition/load/wanted-task-definition.ts';
import type { Registration } from '../../task-definition/register.ts';
import type { World } from '../../world/world.ts';
import type { FollowWay } from '../follow/follow-deployment.ts';
import type { Run } from '../follow/run.ts';
import type { ControllerValues } from '../inputs/codedeploy-inputs.ts';
import type { Plan, Settings } from '../plan/plan-types.ts';
import type { Outcome } from '../report/outcome.ts';
import type { OnStarted, TrackedDeployment } from '../rollout/rollout.ts';
import type { WaitOptions, WaitUntil } from '../rollout/wait-conditions.ts';
import type { WaitRequest } from '../service/find-deployment.ts';
import type { ClaimedTarget, StandingTarget, Target } from '../service/read-service-targets.ts';
import type { Verdict } from '../verdict/verdict.ts';

/** What is to be done to a service, by reads that leave no doubt of it. */
export interface Planned<T extends Target = Target> {
  readonly target: T;
  readonly plan: Plan;
}

/** A deployment that was started, or found in progress. */
export interface Started {
  readonly ours: TrackedDeployment;
  /** What it runs, and the service to follow, where only the write tells. */
  readonly registration?: Registration;
  readonly target?: Target | undefined;
  /** Of its service deployment. */
  readonly arn?: string | undefined;
  /** Known at once: nothing had to be done. */
  readonly verdict?: Verdict;
  /** This many tasks are to run now, without a deployment. */
  readonly count?: number | undefined;
  /** It was found stopped or rolled back, or on the way to that. */
  readonly isStopped?: boolean;
  /** Monotonic milliseconds, where the reads before it do not count. */
  readonly startedAt?: number;
}

/** A deployment, or task set, that was made. */
export interface Made {
  readonly id: string;
  /** By AWS's clock, in milliseconds. */
  readonly createdAt: number;
}

/** How a later attempt of a run knows again what an earlier one has made by a write that has no token. */
export interface Recognition {
  /** What is made has a name by which it is found: a forced deployment needs no mark on the service. */
  readonly isNamed: boolean;
  /** When the newest deployment was requested, where the service does not report it. */
  newestAt?(target: Target): Date | undefined;
  /**
   * What was made, as far as the caller may see it.
   * @param before the id of what was PRIMARY
   * @param since by AWS's clock, in milliseconds
   */
  listMade(run: Run, target: Target, before: string, since: number): Promise<readonly Made[]>;
  /** Whether a deployment that is not PRIMARY is in progress, where the service does not report it. */
  isUnderWay?(run: Run, id: string): Promise<boolean>;
}

/** How a service comes from a plan to a deployment that is followed. */
export interface DeploySteps {
  readonly recognition: Recognition;
  /** That there is nothing to do takes reads that agree. */
  planSurely(run: Run, target: ClaimedTarget, wanted: string, settings: Settings): Promise<Planned>;
  /** The writes of the plan. @throws TOO_MANY_DEPLOYMENTS, DEPLOYMENT_FAILED, OUTCOME_UNKNOWN … */
  start(run: Run, planned: Planned, registration: Registration, settings: Settings): Promise<Started>;
  follow(run: Run, target: Target, started: Started, settings: Settings): Promise<FollowWay>;
}

/**
 * How the services of one deployment controller of ECS are deployed, followed and rolled back. It is given only
 * targets that its own `prepare` has returned, and what was made of them.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentController.html
 */
export interface DeploymentController extends DeploySteps {
  /** The output that holds the id of a deployment, besides `deployment-id`. */
  readonly idOutput?: 'codedeploy-deployment-id';
  /** Before any effect: the services of a run that it deploys, with what it has to know of them. */
  prepare?(
    services: readonly ServiceOfRun[],
    given: ControllerValues,
    world: World,
  ): Promise<readonly Target[]>;
  /** @throws INPUT_INVALID where its deployments never come to that; all of them come to `completed` */
  checkWaitUntil(service: string, until: WaitUntil | 'started'): void;
  /** @throws INPUT_INVALID for an id that none of its deployments has */
  checkDeploymentId(service: string, id: string): void;
  /** What a plan needs besides the service, by one read. */
  read(
    access: EcsAccess,
    target: ClaimedTarget,
    wanted: string | undefined,
    settings: Settings,
  ): Promise<StandingTarget>;
  /** Pure. */
  plan(target: StandingTarget, wanted: string | undefined, settings: Settings): Plan;
  /**
   * Follows the requested deployment, or the newest, to its verdict. @throws NOT_FOUND, INPUT_INVALID
   */
  wait(
    run: Run,
    target: Target,
    asked: WaitRequest,
    options: WaitOptions,
    onFound: (ours: TrackedDeployment) => Promise<void>,
  ): Promise<Outcome>;
  /**
   * Rolls back what this run has deployed.
   * @param now the service as it is now
   * @param count the desired count to restore, where this run has set another
   * @returns undefined when there was nothing to follow
   * @throws ROLLBACK_IMPOSSIBLE
   */
  rollBack(
    run: Run,
    target: Target,
    done: Outcome,
    options: WaitOptions,
    restore: { readonly now: Pick<Service, 'desiredCount' | 'deployments'>; readonly count: Settings },
  ): Promise<Outcome | undefined>;
  /**
   * Stops what is in progress, or rolls back to the version before, or to `wanted`. @throws
   * ROLLBACK_IMPOSSIBLE
   */
  rollBackToPrevious(
    run: Run,
    target: Target,
    wanted: string | undefined,
    options: WaitOptions,
    onStarted: OnStarted,
  ): Promise<Outcome>;
  /** Answers a deployment that waits, and follows it. @throws NOT_PAUSED, INPUT_INVALID, CONTROLLER_UNSUPPORTED */
  continue(
    run: Run,
    target: Target,
    answer: { readonly hook: string | undefined; readonly action: 'continue' | 'rollback' },
    options: WaitOptions,
    onFound: (ours: TrackedDeployment) => Promise<void>,
  ): Promise<Outcome>;
}

/** A service of a run, and what is to be deployed to it, where something is. */
export interface ServiceOfRun {
  readonly target: Target;
  readonly source?: WantedTaskDefinition;
}

/** A service, and who deploys it. */
export interface Controlled {
  readonly target: Target;
  readonly controller: DeploymentController;
}
