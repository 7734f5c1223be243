import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import type { HookRule } from '@landfall/sandbox/services/ecs/deployments/hooks';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import type { KillAt } from '../../scenario/kill-at.ts';
import type { RunRequest } from '../judge/evidence.ts';

export const strategies = [
  'ROLLING',
  'CLASSIC',
  'BLUE_GREEN',
  'LINEAR',
  'CANARY',
  'EXPRESS',
  'CODE_DEPLOY',
  'EXTERNAL',
] as const;
/** How the service is deployed: a strategy of ECS, Express Mode, or another deployment controller. */
export type Strategy = (typeof strategies)[number];

export const operations = [
  'deploy-service',
  'deploy-express-service',
  'wait-for-service',
  'rollback-service',
  'continue-deployment',
  'scale-service',
  'run-task',
] as const;
export type OperationName = (typeof operations)[number];

/** What someone else does: a person, another pipeline, an autoscaler, a traffic tool. */
export type Act =
  | { readonly what: 'deploy'; readonly version: number; readonly force?: boolean }
  /** Of the EXTERNAL controller: a task set that is not made PRIMARY. */
  | { readonly what: 'deploy-beside'; readonly version: number }
  | { readonly what: 'scale'; readonly count: number }
  /** What version 2 takes from outside becomes another. */
  | { readonly what: 'change-outside' }
  | { readonly what: 'stop' }
  | { readonly what: 'stop-tasks' }
  | { readonly what: 'alarm' }
  | { readonly what: 'continue'; readonly action: 'CONTINUE' | 'ROLLBACK' }
  | { readonly what: 'end-wait' }
  | { readonly what: 'take-back' }
  | { readonly what: 'delete-newest-set' }
  | { readonly what: 'no-traffic' };

/** How reads are behind writes. Each read for itself: two in a row may go back in time. */
export interface Lag {
  /** Milliseconds at most. */
  readonly most: number;
  /** How many of the reads are behind at all. */
  readonly share: number;
  /** How many of the answers to UpdateService still show the service as it was before. */
  readonly answers: number;
}

/** One attempt of a CI run. */
export interface Attempt {
  readonly operation: OperationName;
  /** What its inputs mean, for the judge. */
  readonly asked: RunRequest;
  readonly inputs: Readonly<Record<string, string>>;
  readonly origin: string;
  readonly attempt: number;
  readonly killAt?: KillAt;
  /** Cancelled this many milliseconds after its start. */
  readonly cancelAt?: number;
  /** What others do meanwhile: this many milliseconds after the start, or right before its n-th call. */
  readonly others: readonly { readonly at?: number; readonly beforeCall?: number; readonly act: Act }[];
}

/** Something happens, this many milliseconds after the previous event. */
export type Step = { readonly wait: number } & (
  | { readonly act: Act }
  | { readonly attempt: Attempt }
  /** Waits until a pause is waiting for approval, or for this long. */
  | { readonly untilPaused: true }
  /** Waits until ECS rolls back, or that long. */
  | { readonly untilRollingBack: true }
);

/** Everything that happens, drawn from one number: the same seed is the same timeline. */
export interface Timeline {
  readonly seed: number;
  readonly strategy: Strategy;
  readonly operation: OperationName;
  readonly service: Partial<CreateServiceRequest>;
  readonly images: Images;
  /** Whether a second service is deployed in the same run. */
  readonly isSeveral: boolean;
  readonly outside: Outside | undefined;
  /** The settings of the deployment group. */
  readonly group: object;
  readonly files: Readonly<Record<string, string>>;
  /** What becomes of the tasks of the new version, and of those that a run starts. */
  readonly taskRules: readonly TaskRule[];
  readonly hooks: readonly HookRule[];
  /** What the functions of CodeDeploy's hooks answer. */
  readonly gate: 'Succeeded' | 'Failed';
  readonly unknownStage: string | undefined;
  readonly faults: readonly FaultRule[];
  readonly lag: Lag;
  /**
   * In calls to RunTask: this many tasks fewer are started than were requested, and none is listed as a
   * failure.
   */
  readonly tasksShort: number;
  readonly steps: readonly Step[];
}

/** What version 2 takes from outside its task definition: an image by a tag of ECR, a secret or a parameter. */
export type Outside = 'tag' | 'secret' | 'parameter';

/** The image of each version. Versions of Express services are distinguished by digest. */
export type Images = Readonly<Record<number, string>>;

export const imagesOf = (strategy: Strategy, outside?: Outside): Images =>
  Object.fromEntries(
    [1, 2, 3].map((version) => {
      const registry =
        outside === 'tag' && version === 2 ? '123456789012.dkr.ecr.us-east-1.amazonaws.com' : 'example';
      const name = strategy === 'EXPRESS' ? `web@sha256:${String(version).repeat(64)}` : `web:${version}`;
      return [version, `${registry}/${name}`];
    }),
  );
