import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deployService } from '@landfall/core/operations/deploy-service';
import { planService } from '@landfall/core/operations/plan-service';
import { type Account, goodTask, prepareAccount, role, verify } from './account.ts';

let account: Account;
beforeAll(async () => {
  account = await prepareAccount();
});
afterAll(() => account.sandbox.close());

const asked = { verify: 'true' };
const writes = (from: number) =>
  account.sandbox
    .journal()
    .slice(from)
    .map(({ operation }) => operation)
    .filter((name) => /^(?:Register|Update|Create|Put|Delete|Tag)/.test(name ?? ''));

test('plan-service with verify tells the plan, and is red where the deployment could not work', async () => {
  const before = account.sandbox.journal().length;
  const wrong = { ...goodTask(account), executionRoleArn: role('nobody') };
  const { result, lines } = await verify(account, wrong, asked, undefined, planService);
  expect(lines).toContain('info: web: the update would start a new deployment');
  expect(result.outputs['starts-deployment']).toBe('true');
  expect(result.error).toMatchObject({
    code: 'VERIFY_FAILED',
    details: [expect.stringMatching(/^role: .*nobody/)],
  });
  expect(writes(before)).toEqual([]);
});

test('plan-service with verify is green where it can', async () => {
  const { result } = await verify(account, goodTask(account), asked, undefined, planService);
  expect(result.error).toBeUndefined();
});

test('deploy-service with verify registers and updates nothing where the deployment could not work', async () => {
  const before = account.sandbox.journal().length;
  const wrong = { ...goodTask(account), executionRoleArn: role('nobody') };
  const { result } = await verify(account, wrong, asked, undefined, deployService);
  expect(result.error).toMatchObject({
    code: 'VERIFY_FAILED',
    details: [expect.stringMatching(/^role: .*nobody/)],
  });
  expect(writes(before)).toEqual([]);
});
