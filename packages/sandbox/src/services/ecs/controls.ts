import type { HookRule } from './deployments/hooks.ts';
import type { Lag } from './operations/staleness.ts';
import type { TaskRule } from './task-rules/task-rule.ts';
import type { Truth } from './truth.ts';

/** What a test or a demo controls, besides what AWS's own API offers. */
export interface EcsControls {
  /** Replaces all rules. The first that matches a new task decides what becomes of it. */
  setTaskRules(rules: readonly TaskRule[]): void;
  /** How far reads are behind writes from the next write on. */
  setLag(lag: Lag): void;
  /** What the Lambda functions of lifecycle hooks answer; SUCCEEDED where no rule speaks. */
  setHooks(rules: readonly HookRule[]): void;
  /** Every staged deployment from now on passes through a stage of this name, which no client knows. */
  setUnknownStage(stage: string | undefined): void;
  /** The digests of images of other registries, by reference (`nginx:1`), as ECS finds them from now on. */
  setForeignImages(digests: Readonly<Record<string, string>>): void;
  /** An alarm goes off or calms down. */
  setAlarm(name: string, on: boolean): void;
  /** What is really live now; undefined when there is no such service. */
  truth(cluster: string, service: string): Truth | undefined;
}
