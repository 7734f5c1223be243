import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import { deployService } from '@landfall/core/operations/deploy-service';
import type { RunRecord } from '@landfall/core/record/run-record';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { seededRandom } from '@landfall/sandbox/clock/random';
import { createLocalAws, type LocalAws } from '@landfall/sandbox/sandbox';
import type { TaskRule } from '@landfall/sandbox/services/ecs/task-rules/task-rule';
import { fillAccount } from './account.ts';
import { inputsFor, serviceOf, servicesOf } from './service-names.ts';

/** One run that deployed to many services, as the sandbox knows it. Times in milliseconds of virtual time. */
export interface ManyServices {
  /** From the first call to the end of the operation. */
  readonly took: number;
  /** AWS requests, attempts included, by operation. */
  readonly calls: Readonly<Record<string, number>>;
  /** The most requests within any ten seconds. */
  readonly busiest: number;
  /** Requests that AWS would have refused with ThrottlingException; the client repeats them. */
  readonly throttlesMet: number;
  /** Services, or the run itself, that ended with the error THROTTLED. */
  readonly throttlesThatReachTheUser: number;
  /** For each service: from the instant at which its deployment was over to its verdict. */
  readonly truthToVerdict: readonly number[];
  readonly truths: Readonly<Record<string, number>>;
}

/**
 * `deploy-service` for this many services at once, against the sandbox in this process, on one virtual clock
 * with AWS's own delays and its throttling. Nine in ten go well, at any pace; the others are rolled back.
 * @throws an Error when a verdict is not what the sandbox holds to be true
 */
export async function manyServices(services: number, seed: number): Promise<ManyServices> {
  const sandbox = createLocalAws({ clock: 'virtual', seed, tasks: 'scripted', limits: { journal: 100 } });
  const time = sandbox.clock as VirtualClock;
  try {
    await fillAccount(sandbox, servicesOf(services), 2);
    time.advance(1_200_000);
    const random = seededRandom(seed);
    sandbox.ecs.setTaskRules(servicesOf(services).map((service) => ruleOf(service, random)));
    sandbox.throttle('aws');
    return await deployAll(sandbox, services);
  } finally {
    await sandbox.close();
  }
}

async function deployAll(sandbox: LocalAws, services: number): Promise<ManyServices> {
  const clock = drivenClock(sandbox.clock as VirtualClock);
  const sent: number[] = [];
  let throttlesMet = 0;
  const watched: LocalAws = {
    ...sandbox,
    async dispatch(...request) {
      sent.push(clock.now());
      try {
        return await sandbox.dispatch(...request);
      } catch (error) {
        if ((error as { code?: string }).code === 'ThrottlingException') throttlesMet += 1;
        throw error;
      }
    },
  };
  const world = fakeWorld({ inputs: inputsFor(services) });
  const verdictAt = new Map<string, number>();
  const note = (text: string) => {
    const name = /^[✓✗] (web-\d+): /.exec(text)?.[1];
    if (name !== undefined) verdictAt.set(name, clock.now());
  };
  const { log } = world.host;
  const noted = (write: (text: string) => void) => (text: string) => {
    note(text);
    write(text);
  };
  const host = { ...world.host, log: { ...log, info: noted(log.info), error: noted(log.error) } };
  const began = clock.now();
  const result = await runReported(deployService as never, {
    ...world,
    host,
    clock,
    aws: inProcessAws(watched, { clock }),
  });
  const ended = clock.now();
  const truths: Record<string, number> = {};
  const truthToVerdict = result.services.map(({ service, deployment, verdict }) => {
    const ours = sandbox.ecs
      .truth('main', service)
      ?.deployments.find((one) => one.deploymentId === deployment?.id);
    if (ours?.finalAt === undefined || (ours.status === 'SUCCESSFUL') !== (verdict === 'SUCCEEDED'))
      throw new Error(`${service}: the sandbox holds ${ours?.status}, and the verdict is ${verdict}`);
    truths[ours.status] = (truths[ours.status] ?? 0) + 1;
    return (verdictAt.get(service) ?? ended) - ours.finalAt;
  });
  return {
    took: ended - began,
    calls: result.calls,
    busiest: busiestOf(sent, 10_000),
    throttlesMet,
    throttlesThatReachTheUser: throttledIn(result),
    truthToVerdict,
    truths,
  };
}

function ruleOf(service: string, random: () => number): TaskRule {
  const match = { service, taskDefinition: 'web:2' };
  // A run of one service, which the others are compared with, is a good one.
  if (random() > 0.9 && service !== serviceOf(0))
    return { match, outcome: { kind: 'exit', code: 1, after: Math.floor(random() * 20_000) } };
  const startAfter = Math.floor(random() * 60_000);
  return { match, outcome: { kind: 'run', startAfter, healthyAfter: Math.floor(random() * 60_000) } };
}

const throttledIn = (result: RunRecord) =>
  result.services.filter(({ error }) => error?.code === 'THROTTLED').length ||
  Number(result.error?.code === 'THROTTLED');

/** Times in order of arrival. */
function busiestOf(times: readonly number[], span: number): number {
  let most = 0;
  let from = 0;
  for (const [index, at] of times.entries()) {
    while (times[from]! <= at - span) from += 1;
    most = Math.max(most, index - from + 1);
  }
  return most;
}
