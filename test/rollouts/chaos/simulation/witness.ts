import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Between, Scenario } from '../../scenario/scenario.ts';
import type { Call } from '../judge/evidence.ts';
import { type LateReads, nameOf } from './late-reads.ts';
import { type Ask, askOf, group, place, taskArnsOf } from './place.ts';
import type { Recorder } from './recorder.ts';

/** The name of the service that a call is about. CodeDeploy deploys the one service of its group. */
function resourceOf(service: string, operation: string, input: Call['input']): string | undefined {
  if (service === 'codedeploy') return place.service;
  const name = operation === 'CreateService' ? input.serviceName : input.service;
  return name === undefined ? undefined : nameOf(name);
}

export const isRead = (operation: string) => /^(?:Describe|List|Get|Batch|Simulate)/.test(operation);

/** Others, who act at the same time. */
export interface Others<A> {
  /** The ids of what is theirs. */
  readonly made: ReadonlySet<string>;
  act(act: A): Promise<void>;
}

export interface WitnessOptions<A> {
  /** One for each service of the run, the first for what is about none of them. */
  readonly recorders: readonly [Recorder, ...Recorder[]];
  readonly others: Others<A>;
  readonly reads: LateReads;
  readonly attempt: { readonly others: readonly { readonly beforeCall?: number; readonly act: A }[] };
  readonly tasksShort?: number;
  /** Of the tasks that runs start. */
  readonly families?: readonly string[];
  /** Called when a call is sent. */
  readonly onSend?: (call: Call) => void;
}

/** Stands between a run and AWS, and notes every call, how it was served and what it made. */
export class Witness<A> {
  readonly calls: Call[] = [];
  readonly #scenario: Scenario;
  readonly #options: WitnessOptions<A>;
  readonly #ask: Ask;
  #count = 0;
  #isOver = false;
  #cancelledAt = Number.NEGATIVE_INFINITY;

  constructor(scenario: Scenario, options: WitnessOptions<A>) {
    this.#scenario = scenario;
    this.#options = options;
    this.#ask = askOf(scenario.sandbox);
  }

  /** The run is over: what it may still send has no effect and is no longer its own. */
  end(): void {
    this.#isOver = true;
  }

  /** The run is cancelled: it gives up the call that it is waiting for, and never sees its answer. */
  cancel(): void {
    this.#cancelledAt = this.#scenario.clock.now();
  }

  readonly between: Between = async ({ service, operation, input }, send) => {
    this.#count += 1;
    const { recorders, others, reads, attempt } = this.#options;
    for (const { beforeCall, act } of attempt.others)
      if (beforeCall === this.#count) {
        // What the run has been shown so far may be undone at the same instant.
        for (const recorder of recorders) recorder.keep();
        await others.act(act);
      }
    const { sandbox, clock } = this.#scenario;
    const at = clock.now();
    const resource = resourceOf(service, operation, input);
    const call: { -readonly [Key in keyof Call]: Call[Key] } = {
      at,
      resource,
      service,
      operation,
      input,
      made: [],
      wrote: false,
    };
    if (!this.#isOver) {
      this.calls.push(call);
      this.#options.onSend?.(call);
    }
    const isWrite = !isRead(operation);
    const recorder = recorders.find((one) => one.service === resource) ?? recorders[0];
    const before = isWrite ? recorder.keep() : undefined;
    call.before = before;
    const known = new Set(isWrite ? this.#made(operation, resource) : []);
    const from = isWrite ? (sandbox.journal().at(-1)?.number ?? 0) : 0;
    try {
      const answer = await send(this.#sent(operation, input));
      const served = reads.serve(clock.now(), operation, input, answer, before);
      if (this.#cancelledAt < at || clock.now() === at) call.answer = served;
      return served;
    } catch (error) {
      if ((error as Error).name === 'AwsFault') call.code = (error as unknown as { code: string }).code;
      throw error;
    } finally {
      if (isWrite) {
        call.made = this.#made(operation, resource).filter((id) => !known.has(id) && !others.made.has(id));
        call.wrote = sandbox
          .journal(from + 1)
          .some((entry) => entry.operation === operation && entry.applied);
        reads.made(call);
        recorder.take();
      }
    }
  };

  #sent(operation: string, input: Readonly<Record<string, unknown>>): object {
    const { tasksShort = 0 } = this.#options;
    if (operation !== 'RunTask' || tasksShort === 0) return input;
    return { ...input, count: Math.max(1, Number(input.count ?? 1) - tasksShort) };
  }

  /** Everything of the kind that this write makes. */
  #made(operation: string, service = place.service): readonly string[] {
    const { sandbox } = this.#scenario;
    const deployments = () =>
      sandbox.ecs.truth(place.cluster, service)?.deployments.map((one) => one.deploymentId) ?? [];
    const revisions = () =>
      this.#ask<{ taskDefinitionArns: string[] }>('ecs', 'ListTaskDefinitions', {}).taskDefinitionArns;
    switch (operation) {
      case 'UpdateService':
      case 'CreateService':
      case 'CreateTaskSet':
        return deployments();
      case 'UpdateExpressGatewayService':
        return [...deployments(), ...revisions()];
      case 'RegisterTaskDefinition':
        return revisions();
      case 'CreateDeployment':
        return this.#ask<{ deployments: string[] }>(
          'codedeploy',
          'ListDeployments',
          group,
        ).deployments.filter(
          (deploymentId) =>
            this.#ask<{ deploymentInfo: DeploymentInfo }>('codedeploy', 'GetDeployment', { deploymentId })
              .deploymentInfo.creator === 'user',
        );
      case 'RunTask':
        return taskArnsOf(this.#ask, this.#options.families ?? ['task', 'web']);
      default:
        return [];
    }
  }
}
