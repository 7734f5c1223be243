import type { Task } from '@aws-sdk/client-ecs';

/** What is worth a line while a rollout runs: each is a change, never a repetition. */
export type RolloutEvent =
  | {
      readonly kind: 'counts';
      readonly desired: number;
      readonly running: number;
      readonly pending: number;
      readonly failed: number;
      /** How many of our tasks are gone since the last count: a task that dies at the start may never be counted as failed. */
      readonly vanished: number;
      /** Tasks of every other deployment still running. */
      readonly others: number;
      /** Share of production traffic on our revision, where ECS says it (blue/green, linear, canary). */
      readonly traffic?: number | undefined;
    }
  | { readonly kind: 'stage'; readonly stage: string; readonly traffic?: number | undefined }
  | {
      readonly kind: 'breaker';
      readonly failures: number;
      readonly threshold: number | undefined;
      readonly triggered: boolean;
    }
  | { readonly kind: 'alarm'; readonly names: readonly string[] }
  | {
      readonly kind: 'hook';
      readonly hook: string;
      readonly status: string;
      readonly stage: string;
      readonly expiresAt?: Date | undefined;
    }
  | {
      readonly kind: 'service-event';
      readonly id: string;
      readonly at: Date | undefined;
      readonly message: string;
    }
  | { readonly kind: 'task-stopped'; readonly task: Task }
  | { readonly kind: 'rolling-back'; readonly reason: string; readonly by?: 'CodeDeploy' }
  | { readonly kind: 'scaled'; readonly from: number; readonly to: number };
