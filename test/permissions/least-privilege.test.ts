/**
 * Least privilege, proven both ways. Sufficient: every case here, and every scenario of rollouts, runs as
 * a user with the policy of the operation and nothing else. Necessary: without any part of the policy some
 * case names what is missing, in its error or, where the part is optional, in its log.
 */
import { expect, test } from '@jest/globals';
import { loadOperation, type OperationName, operationNames } from '@landfall/core/operations/index';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { cases } from './cases.ts';
import { imageCases } from './image-cases.ts';
import {
  type CaseRun,
  isNeeded,
  outputOf,
  type PermissionCase,
  partsOf,
  runCase,
  without,
} from './least-privilege.ts';

const ownConfiguration =
  'It is read for a deployment configuration of one’s own alone, and the sandbox has those that AWS predefines.';
const shownByTheService =
  'The service shows its newest deployment by itself, so that nothing is lost; ECS leaves that out of some answers.';

const insteadOfGetLogEvents = 'It takes the place of logs:GetLogEvents, which is allowed here.';
const taskLogs = {
  'logs:GetLogEvents': 'logs:FilterLogEvents takes its place, with more calls.',
  'logs:FilterLogEvents': insteadOfGetLogEvents,
};

/** What no case misses, and why the policy has it anyway. */
const unmissed: Partial<Record<OperationName, Readonly<Record<string, string>>>> = {
  'wait-for-service': { 'codedeploy:GetDeploymentConfig': ownConfiguration },
  'continue-deployment': {
    'codedeploy:GetDeploymentConfig': ownConfiguration,
    'ecs:ListServiceDeployments': shownByTheService,
  },
  'deploy-express-service': {
    's3:GetObject':
      'Express Mode itself gives no environment files, and a task definition that UpdateService has given it may have some.',
  },
  'plan-service': { 'codedeploy:GetDeploymentConfig': ownConfiguration },
  'plan-manifest': { 'codedeploy:GetDeploymentConfig': ownConfiguration },
  'verify-service': { 'codedeploy:GetDeploymentConfig': ownConfiguration },
  'rollback-service': {
    'ecr:BatchGetImage':
      'A tag that cannot be read is taken for moved, and the rollback goes by the digest that ran.',
  },
  pipeline: { 'logs:FilterLogEvents': insteadOfGetLogEvents },
  'run-task': taskLogs,
  'run-scheduled-task': taskLogs,
};

const all = { ...cases, ...imageCases };

test('every operation has a case', () => {
  expect(Object.keys(all).sort()).toEqual([...operationNames].sort());
});

for (const [name, ofOperation] of Object.entries(all))
  describeUnless(['build-push', 'pipeline'].includes(name) ? noImageTools : undefined)(name, () =>
    testCases(name, ofOperation),
  );

function testCases(name: string, all: readonly PermissionCase[]) {
  const runs = new Map<string, CaseRun>();
  const load = async () => await loadOperation(name as OperationName);

  test('lacks nothing', async () => {
    const operation = await load();
    for (const one of all) {
      const run = await runCase(operation, one, partsOf(operation));
      runs.set(one.name, run);
      const lacking = outputOf(run.end)
        .split('\n')
        .filter((line) => /\blacks\b|ACCESS_DENIED/.test(line));
      expect([one.name, ...lacking]).toEqual([one.name]);
    }
  }, 120_000);

  test('has no permission that is not needed', async () => {
    const operation = await load();
    const parts = partsOf(operation);
    const reasons = unmissed[name as OperationName] ?? {};
    const problems: string[] = [];
    const missed = new Set<string>();
    for (const part of parts) {
      const action = String(part.Action);
      const rest = without(parts, part);
      const asking = all.filter((one) => isNeeded(runs.get(one.name)!.asked, rest));
      const ends: string[] = [];
      let isSaid = false;
      for (const one of asking) {
        const { end } = await runCase(operation, one, rest);
        isSaid = outputOf(end).includes(action);
        if (isSaid) break;
        ends.push(`${one.name} ends with ${end.result.error?.code ?? 'success'}`);
      }
      if (isSaid) missed.add(action);
      else if (!(action in reasons))
        problems.push(`${action} on ${part.Resource}: ${ends.join(', ') || 'no case asks for it'}`);
    }
    expect(problems).toEqual([]);
    expect(Object.keys(reasons).filter((action) => missed.has(action))).toEqual([]);
  }, 240_000);
}
