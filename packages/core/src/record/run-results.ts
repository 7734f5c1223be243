import type { ServiceRecord, VerdictKind } from './service-record.ts';

/** An image that was built, found or promoted. */
export interface ImageRecord {
  /** The target of a build file. */
  readonly name?: string;
  readonly references: readonly string[];
  /** Absent when nothing was pushed. */
  readonly digest?: string;
  readonly built: boolean;
  /** The references that did not hold this image before. */
  readonly pushed: readonly string[];
}

/** A task of `run-task`. */
export interface TaskRecord {
  readonly taskArn: string;
  /** An earlier attempt of the run has started it, and this one followed it. */
  readonly adopted?: true;
  readonly ok: boolean;
  readonly container?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly stopCode?: string | undefined;
  readonly stoppedReason?: string | undefined;
  readonly sentence: string;
  readonly warnings: readonly string[];
}

/** ERROR: the deployment would fail. WARN: it may, or it could not be checked. SKIP: it was not checked. */
export type CheckState = 'OK' | 'WARN' | 'ERROR' | 'SKIP';

/** A check of `verify-service`. */
export interface CheckRecord {
  readonly area: string;
  /** What was checked: `container app`, `task role web-task`. */
  readonly subject: string;
  readonly state: CheckState;
  /** Completes a sentence that starts with the subject. */
  readonly message: string;
  /** One imperative sentence. */
  readonly remedy?: string;
}

/** A part of `pipeline`. */
export interface StepRecord {
  readonly operation: string;
  readonly title: string;
  readonly state: 'SUCCEEDED' | 'FAILED' | 'SKIPPED';
  /** Why it was skipped. */
  readonly reason?: string;
  readonly startedAt: string;
  readonly milliseconds: number;
  /** By the operation's own names. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly error?: { readonly code: string; readonly summary: string };
}

/** What operations have to report, beyond outputs and events. */
export interface RunResults {
  /** The verdict of the one service that the run was for. REGISTERED: for none. */
  readonly verdict?: VerdictKind | 'STARTED' | 'REGISTERED' | undefined;
  readonly services: readonly ServiceRecord[];
  readonly images: readonly ImageRecord[];
  readonly tasks: readonly TaskRecord[];
  readonly checks: readonly CheckRecord[];
  /** What was changed, or in a dry run would be, one per line: `ensure-repository`. */
  readonly changes: readonly string[];
  /** The findings of `scan-gate` that block. */
  readonly blockingFindings: readonly { readonly id: string; readonly severity: string }[];
  /** The images of `render-image-definitions`, by container. */
  readonly containerImages: readonly { readonly container: string; readonly image: string }[];
  /** What `render-task-definition` wrote, and its differences from what it began with. */
  readonly taskDefinition?:
    | {
        readonly family?: string | undefined;
        readonly containers: readonly string[];
        readonly changes: readonly string[];
      }
    | undefined;
  /** The parts of `pipeline` that were requested, in order. What they noted is in this record, too. */
  readonly steps?: readonly StepRecord[] | undefined;
}
