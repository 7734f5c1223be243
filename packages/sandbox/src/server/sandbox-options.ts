import type { Principal, PrincipalSpec } from '../authorization/principals.ts';
import type { SandboxClock } from '../clock/clock.ts';
import type { Timing } from '../clock/timing.ts';
import type { FaultRule } from '../faults/fault.ts';
import type { Throttling } from '../faults/throttle.ts';
import type { JournalEntry } from '../protocol/journal.ts';
import type { CodeDeployService } from '../services/codedeploy/codedeploy-service.ts';
import type { EcsService } from '../services/ecs/ecs-service.ts';
import type { DockerOptions, ServiceModule } from '../services/shared/service-module.ts';

export interface SandboxOptions {
  /** 0, the default, for any that is free. */
  readonly port?: number;
  /** Where state and blobs are kept. Absent: in memory, and blobs in a temporary folder that goes at the end. */
  readonly folder?: string;
  readonly tasks?: 'scripted' | 'docker';
  readonly clock?: 'real' | 'virtual';
  /** Whether a principal's policy is evaluated. The principal LANDFALLADMIN has none and may do everything. */
  readonly enforce?: boolean;
  readonly accountId?: string;
  readonly region?: string;
  /** Of identifiers, chances and task outcomes. Default: 1 in virtual time, another one each time in real time. */
  readonly seed?: number;
  readonly limits?: {
    readonly throttling?: Throttling;
    /** How long a registry password is good. Default 12 hours. */
    readonly tokenMilliseconds?: number;
    /** How many requests the journal keeps. Default 20,000. */
    readonly journal?: number;
  };
  /** How long things take in ECS, over the defaults (near AWS's when scripted, short with containers). */
  readonly timing?: Partial<Timing>;
  readonly docker?: Partial<DockerOptions>;
  /** APIs besides the sandbox's own. */
  readonly services?: readonly ServiceModule[];
  /** Told of every change of the sandbox's state. */
  readonly changed?: () => void;
  /** Called on a bug in the sandbox. Default: a line on standard error. */
  readonly defect?: (error: unknown, where: string) => void;
}

/** Throws an Error that says which option cannot be. */
export function checkOptions({ accountId, region, tasks, clock }: SandboxOptions): void {
  if (accountId !== undefined && !/^\d{12}$/.test(accountId)) {
    throw new Error(`The account id ${JSON.stringify(accountId)} is not 12 digits.`);
  }
  if (region !== undefined && !/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region)) {
    throw new Error(`${JSON.stringify(region)} is not a region.`);
  }
  if (tasks === 'docker' && clock === 'virtual') {
    throw new Error('Containers run in real time: tasks "docker" and clock "virtual" exclude each other.');
  }
}

/** Who calls in process: an access key id, or that and a region. */
export type InProcessCaller = string | { readonly accessKeyId?: string; readonly region?: string };

export interface Fault {
  readonly id: number;
  /** How many requests it met so far. */
  met(): number;
  remove(): void;
}

/** An AWS in this process, reachable by `dispatch` alone. */
export interface LocalAws {
  readonly accountId: string;
  readonly region: string;
  readonly clock: SandboxClock;
  readonly tasks: 'scripted' | 'docker';
  /** The home region's ECS: task rules, lag, alarms, and what is really live. */
  readonly ecs: EcsService;
  /** The home region's CodeDeploy: what hooks answer, and alarms. */
  readonly codedeploy: CodeDeployService;
  addPrincipal(spec: PrincipalSpec): Principal;
  fault(rule: FaultRule): Fault;
  clearFaults(): void;
  throttle(throttling: Throttling): void;
  /** Requests in order of arrival, from the number given on. */
  journal(from?: number): readonly JournalEntry[];
  /**
   * One call, without a socket. Throws AwsFault for an error answer, and LostReply where a client on a wire would
   * get no answer it can use.
   */
  dispatch(service: string, operation: string, input?: unknown, caller?: InProcessCaller): Promise<unknown>;
  /** The names of the operations that a service has here. */
  operations(service: string): readonly string[];
  /** The admin API of a service, as under `/_sandbox/<service>/`. */
  admin(service: string, method: string, path: readonly string[], body?: unknown): Promise<unknown>;
  /** Containers of tasks are removed, unless `keep` is set: then a sandbox on the same folder finds them again. */
  close(options?: { readonly keep?: boolean }): Promise<void>;
}

/** The same, listening on loopback. */
export interface Sandbox extends LocalAws {
  /** For AWS_ENDPOINT_URL. */
  readonly url: string;
  /** `127.0.0.1:PORT`, for image references. */
  readonly registry: string;
  /** The environment with which an AWS client finds the sandbox. Default: as LANDFALLADMIN. */
  environment(principal?: Principal | string): Readonly<Record<string, string>>;
}
