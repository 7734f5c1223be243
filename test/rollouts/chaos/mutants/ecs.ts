import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const deployment = (file: string) => `core/src/deployment/${file}.ts`;
const deploy = { operation: 'deploy-service' } as const;
const rolling = { ...deploy, strategy: 'ROLLING' } as const;
const wait = { operation: 'wait-for-service' } as const;
const scale = { operation: 'scale-service' } as const;

/** What alone would still keep most of the others from being green. */
const believesLaterGreen = {
  file: deployment('verdict/verdict'),
  replace: 'verdict && isGreen(verdict) && failureSeen ?',
  by: 'verdict && isGreen(verdict) && failureSeen && false ?',
};

/** Defects of the operations under ECS's own controller. */
export const ecsMutants: readonly Mutant[] = [
  {
    name: 'takes a rollback for a success',
    edits: [
      {
        file: deployment('verdict/decide-by-service-deployment'),
        replace: "case 'ROLLBACK_SUCCESSFUL':",
        by: "case 'ROLLBACK_SUCCESSFUL': return success(rollout); case 'NEVER':",
      },
      believesLaterGreen,
    ],
    timelines: rolling,
    sees: 'false-green',
  },
  {
    name: 'takes a success for a rollback',
    edits: [
      {
        file: deployment('verdict/decide-by-service-deployment'),
        replace: "case 'SUCCESSFUL':\n      return succeeded(rollout, terms);",
        by: "case 'SUCCESSFUL':",
      },
    ],
    timelines: rolling,
    sees: 'false-red',
  },
  {
    name: 'judges the deployment that is PRIMARY, not ours',
    edits: [
      {
        file: deployment('verdict/decide'),
        replace: 'const byState = serviceDeployment',
        by: "const byState = rollout.service?.deployments?.find((one) => one.status === 'PRIMARY')?.rolloutState === 'COMPLETED' ? { kind: 'SUCCEEDED', reason: 'stable' } : serviceDeployment",
      },
    ],
    timelines: rolling,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do behind a Classic Load Balancer although no task runs',
    edits: [
      {
        file: deployment('service/read-standing'),
        replace: 'isComplete: isUntold\n      ? undefined',
        by: 'isComplete: isUntold\n      ? true',
      },
      {
        file: deployment('service/read-standing'),
        replace: 'isAlive: isAlive(taskCounts(service, primary?.runningCount)),',
        by: 'isAlive: true,',
      },
    ],
    timelines: { ...deploy, strategy: 'CLASSIC' },
    sees: 'false-green',
  },
  {
    name: 'has nothing to do by a single read',
    edits: [{ file: deployment('rules/standing'), replace: 'return agrees ?', by: 'return true ?' }],
    timelines: rolling,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do where a count was set that does not run',
    edits: [
      {
        file: deployment('controllers/ecs/deploy'),
        replace: 'count: made.isNew ? undefined : doing.settings?.desiredCount,',
        by: '',
      },
    ],
    timelines: rolling,
    sees: 'false-green',
  },
  {
    name: 'calls a complete deployment live whatever share of its tasks runs',
    edits: [
      {
        file: deployment('rules/alive'),
        replace: 'counts.running >= leastRunning(counts)',
        by: 'true || leastRunning(counts)',
      },
    ],
    timelines: rolling,
    sees: 'false-green',
  },
  {
    name: 'believes at once that a service without rollout states has settled',
    edits: [
      {
        file: deployment('rules/complete'),
        replace: 'settledFor !== undefined && settledFor >= settledTime',
        by: 'true || settledTime',
      },
    ],
    timelines: { ...deploy, strategy: 'CLASSIC' },
    sees: 'false-green',
  },
  {
    name: 'tells whose deployment is PRIMARY by times, not by ids',
    edits: [
      {
        file: deployment('rules/whose'),
        replace: "primary.id !== shown.ours && isOlder ? 'earlier' : whose(primary.id, shown)",
        by: "primary.id === shown.ours ? 'ours' : primary.createdAt > oursCreatedAt ? 'other' : 'earlier'",
      },
    ],
    timelines: { ...deploy, strategy: 'CLASSIC' },
    sees: 'false-red',
  },
  {
    name: 'sends an update again without looking whether the first took effect',
    edits: [
      {
        file: deployment('controllers/ecs/update-service'),
        replace: 'find: () => findOwn(update, world, lost)',
        by: 'find: async () => undefined',
      },
    ],
    timelines: rolling,
    sees: 'duplicate',
  },
  {
    name: 'registers again without looking',
    edits: [
      {
        file: 'core/src/task-definition/register.ts',
        replace: "return sameAs(wanted, await readLatest(wanted.family ?? '', world));",
        by: 'return undefined;',
      },
    ],
    timelines: rolling,
    sees: 'duplicate',
  },
  {
    name: 'goes on reading after a cancel',
    edits: [
      {
        file: deployment('follow/run'),
        replace: 'signal: run.world.host.cancellation',
        by: 'signal: new AbortController().signal',
      },
    ],
    timelines: rolling,
    sees: 'call-after-cancel',
  },
  {
    name: 'waits for what is PRIMARY, which may be a rollback',
    edits: [
      {
        file: deployment('service/choose-deployment'),
        replace: "if (first !== 'none' && isUnderWay(first.status))",
        by: "if (first !== 'none') return { target, ours: trackPrimary(target), arn: target.service.currentServiceDeployment }; if (false)",
      },
    ],
    timelines: wait,
    sees: 'false-green',
  },
  {
    name: 'waits for nothing where the first read shows a deployment that is over',
    edits: [
      {
        file: deployment('service/choose-deployment'),
        replace: 'await run.world.clock.sleep(settleTime, run.world.host.cancellation);',
        by: '',
      },
    ],
    timelines: wait,
    sees: 'false-green',
  },
  {
    name: 'believes one read that shows the count asked for',
    edits: [
      {
        file: 'core/src/operations/scale-service.ts',
        replace: 'await clock.sleep(betweenReads, host.cancellation);',
        by: '',
      },
    ],
    timelines: scale,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do where the last deployment of the very same was rolled back',
    edits: [
      {
        file: deployment('rules/standing'),
        replace:
          "if (newest?.isAsked && isStopped(newest.status) && last.isComplete !== false) return 'redeploy';",
        by: '',
      },
    ],
    timelines: rolling,
    sees: 'false-green',
  },
  {
    name: 'believes a read from before its own scaling',
    edits: [
      {
        file: deployment('verdict/decide-scaling'),
        replace: 'if (writtenAt !== undefined && scaling.now - writtenAt <= settleTime) return undefined;',
        by: '',
      },
    ],
    timelines: scale,
    sees: 'false-red',
  },
];
