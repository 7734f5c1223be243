import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Between, Scenario } from '../../scenario/scenario.ts';
import type { Call } from '../judge/evidence.ts';
import type { Attempt, Timeline } from '../timeline/timeline.ts';
import type { ConcurrentWriters } from './concurrent-writers.ts';
import { type LateReads, nameOf } from './late-reads.ts';
import { type Ask, askOf, group, place, tasksOf } from './place.ts';
import type { Recorder } from './recorder.ts';

const isRead = (operation: string) => /^(?:Describe|List|Get|Batch|Simulate)/.test(operation);

/** Stands between a run and AWS, and notes every call, how it was served and what it made. */
export class Witness {
  readonly calls: Call[] = [];
  readonly #scenario: Scenario;
  readonly #timeline: Timeline;
  readonly #recorder: Recorder;
  readonly #beside: Recorder | undefined;
  readonly #writers: ConcurrentWriters;
  readonly #reads: LateReads;
  readonly #attempt: Attempt;
  readonly #ask: Ask;
  #count = 0;
  #isOver = false;
  #cancelledAt = Number.NEGATIVE_INFINITY;

  constructor(
    scenario: Scenario,
    timeline: Timeline,
    recorder: Recorder,
    beside: Recorder | undefined,
    writers: ConcurrentWriters,
    reads: LateReads,
    attempt: Attempt,
  ) {
    this.#scenario = scenario;
    this.#timeline = timeline;
    this.#recorder = recorder;
    this.#beside = beside;
    this.#writers = writers;
    this.#reads = reads;
    this.#attempt = attempt;
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
    for (const { beforeCall, act } of this.#attempt.others)
      if (beforeCall === this.#count) {
        // What the run has been shown so far may be undone at the same instant.
        this.#recorder.keep();
        await this.#writers.act(act);
      }
    const { sandbox, clock } = this.#scenario;
    const at = clock.now();
    // CodeDeploy deploys the one service of its group.
    const resource =
      service === 'codedeploy' ? place.service : 'service' in input ? nameOf(input.service) : undefined;
    const call: { -readonly [Key in keyof Call]: Call[Key] } = {
      at,
      resource,
      service,
      operation,
      input,
      made: [],
      wrote: false,
    };
    if (!this.#isOver) this.calls.push(call);
    const isWrite = !isRead(operation);
    const recorder = this.#beside?.service === resource ? (this.#beside ?? this.#recorder) : this.#recorder;
    const before = isWrite ? recorder.keep() : undefined;
    call.before = before;
    const known = new Set(isWrite ? this.#made(operation, resource) : []);
    const from = isWrite ? (sandbox.journal().at(-1)?.number ?? 0) : 0;
    try {
      const answer = await send(this.#sent(operation, input));
      const served = this.#reads.serve(clock.now(), operation, input, answer, before);
      if (this.#cancelledAt < at || clock.now() === at) call.answer = served;
      return served;
    } catch (error) {
      if ((error as Error).name === 'AwsFault') call.code = (error as unknown as { code: string }).code;
      throw error;
    } finally {
      if (isWrite) {
        call.made = this.#made(operation, resource).filter(
          (id) => !known.has(id) && !this.#writers.made.has(id),
        );
        call.wrote = sandbox
          .journal(from + 1)
          .some((entry) => entry.operation === operation && entry.applied);
        this.#reads.made(call);
        recorder.take();
      }
    }
  };

  #sent(operation: string, input: Readonly<Record<string, unknown>>): object {
    const { tasksShort } = this.#timeline;
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
        return ['task', 'web'].flatMap((family) => tasksOf(this.#ask, family));
      default:
        return [];
    }
  }
}
