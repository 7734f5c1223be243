import { expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import { probe } from './probe.ts';

const fails = (error: unknown) => () => Promise.reject(error);

test('a probe distinguishes found, absent, denied and failed', async () => {
  const denied = new LandfallError('ACCESS_DENIED', {
    summary: 'the caller lacks iam:GetRole',
    facts: { action: 'iam:GetRole', resource: 'arn:aws:iam::123456789012:role/web' },
  });
  const noEntity = new LandfallError('REQUEST_REFUSED', {
    summary: 'no such role',
    facts: { code: 'NoSuchEntityException' },
  });
  expect(await probe(async () => 1)).toEqual({ kind: 'found', value: 1 });
  expect(await probe(async () => undefined)).toEqual({ kind: 'absent' });
  expect(await probe(fails(new LandfallError('NOT_FOUND', { summary: 'gone' })))).toEqual({ kind: 'absent' });
  expect(await probe(fails(noEntity))).toEqual({ kind: 'absent' });
  expect(await probe(fails(denied))).toEqual({
    kind: 'denied',
    action: 'iam:GetRole',
    resource: 'arn:aws:iam::123456789012:role/web',
  });
  expect(await probe(fails(new LandfallError('THROTTLED', { summary: 'too fast' })))).toEqual({
    kind: 'failed',
    message: 'too fast',
  });
});

test('a cancel, credentials that ended and a defect end the verification', async () => {
  for (const code of ['CANCELLED', 'CREDENTIALS_EXPIRED'] as const) {
    const error = new LandfallError(code, { summary: 'over' });
    await expect(probe(fails(error))).rejects.toBe(error);
  }
  const defect = new TypeError('undefined is not a function');
  await expect(probe(fails(defect))).rejects.toBe(defect);
});
