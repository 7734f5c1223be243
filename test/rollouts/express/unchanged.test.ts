import { describe, expect, test } from '@jest/globals';
import { scenario } from '../scenario/current.ts';
import type { KillAt } from '../scenario/kill-at.ts';
import { pushImage } from '../scenario/push-image.ts';
import { logLinesOf } from '../scenario/scenario.ts';
import { begin, deploy, given, nothing, roles, sent, serviceArn, updates } from './service.ts';

describe('a run that changes nothing', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const image = `example/web@${digest}`;

  test('is a NOOP when the image is named by digest: nothing is sent', async () => {
    await given({ primaryContainer: { image } });
    const end = await deploy({ image, 'min-task-count': '2' });
    expect(end).toEnd('NOOP 0');
    expect(updates()).toEqual([]);
    expect(end.result.outputs.url).toMatch(/^https:\/\/we-/);
  });

  test('starts a deployment anyway when asked to, and sends the container as it is', async () => {
    await given({ primaryContainer: { image } });
    const end = await deploy({ image, 'force-new-deployment': 'true' });
    expect(end).toEnd('SUCCEEDED 0');
    expect(updates()).toEqual([
      { serviceArn, primaryContainer: expect.objectContaining({ image, containerPort: 80 }) },
    ]);
  });

  test('cannot tell whether a tag was re-pushed where ECS shows no digest: a NOOP with a warning', async () => {
    await given();
    const end = await deploy({ image: 'example/web:1' });
    expect(end).toEnd('NOOP 0');
    expect(end.deploymentsMade).toBe(0);
    expect(logLinesOf(end.host)).toContain(
      'warning: web: cannot tell whether example/web:1 has been re-pushed: ECS shows no digest of it. Pin the image by digest to be certain, or set force-new-deployment to deploy it anyway.',
    );
  });

  test('is a NOOP with a tag in ECR that still names what runs, and a deployment once it was pushed again', async () => {
    const pushed = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web:latest';
    await nothing();
    await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const push = (content: string) => pushImage(scenario.sandbox, 'latest', content);
    await push('one');
    expect(await deploy({ ...roles, image: pushed })).toEnd('SUCCEEDED 0');
    expect(await deploy({ image: pushed })).toEnd('NOOP 0');
    await push('two');
    const end = await deploy({ image: pushed });
    expect(end).toEnd('SUCCEEDED 0');
    expect(logLinesOf(end.host)[0]).toMatch(
      /^info: web: \S+web:latest names sha256:[0-9a-f]{64} now, and sha256:[0-9a-f]{64} runs, so a new deployment is needed$/,
    );
  });

  test.each<[string, KillAt, number]>([
    ['before the update was sent', { call: 'updateExpressGatewayService', when: 'before' }, 0],
    ['after it was sent, before its answer', { call: 'updateExpressGatewayService', when: 'after' }, 1],
    ['while it watched', { call: 'describeServiceDeployments', when: 'after', time: 3 }, 1],
  ])(
    'resumes the deployment of a run that was killed %s, and makes no second one',
    async (_when, killAt, left) => {
      await given();
      await begin({ image }, { killAt }).killed;
      expect(updates()).toHaveLength(left);
      const end = await deploy({ image });
      if (left > 0)
        expect(logLinesOf(end.host)[0]).toBe(
          'info: web: deployment ecs-svc/… is already rolling out main-web:2; following it',
        );
      expect(end).toEnd('SUCCEEDED 0');
      expect(end.deploymentsMade).toBe(1);
    },
  );

  test('resumes the service that a killed run has created, and that does not show yet', async () => {
    await nothing();
    scenario.sandbox.ecs.setLag({ missingAfterCreate: 4 });
    const killAt: KillAt = { call: 'createExpressGatewayService', when: 'after' };
    await begin({ ...roles, image }, { killAt }).killed;
    const end = await deploy({ ...roles, image });
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
  });

  test('forces one deployment, however often it is killed and run again, and leaves no mark', async () => {
    await given({ primaryContainer: { image } });
    const forced = { image, 'force-new-deployment': 'true' };
    await begin(forced, { killAt: { call: 'updateExpressGatewayService', when: 'after' } }).killed;
    const end = await deploy(forced);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(1);
    expect(sent('TagResource')).toEqual(
      ['landfall:fence', 'landfall:forcing', 'landfall:fence', 'landfall:forcing'].map((key) => ({
        resourceArn: serviceArn,
        tags: [expect.objectContaining({ key })],
      })),
    );
    expect(sent('UntagResource')).toEqual([
      { resourceArn: serviceArn, tagKeys: ['landfall:forcing', 'landfall:fence'] },
    ]);
    const another = await deploy(forced);
    expect(another.deploymentsMade).toBe(2);
  });

  test('a deployment that someone else has made an hour later is not the one that a killed run has forced', async () => {
    await given({ primaryContainer: { image } });
    const forced = { image, 'force-new-deployment': 'true' };
    await begin(forced, { killAt: { call: 'updateExpressGatewayService', when: 'before' } }).killed;
    await scenario.clock.sleep(3_600_000);
    await scenario.sandbox.dispatch('ecs', 'UpdateExpressGatewayService', {
      serviceArn,
      primaryContainer: { image },
    });
    await scenario.clock.sleep(3_600_000);
    const end = await deploy(forced);
    expect(end).toEnd('SUCCEEDED 0');
    expect(end.deploymentsMade).toBe(2);
  });

  test('resumes the service that a killed run has created', async () => {
    await nothing();
    const killAt: KillAt = { call: 'createExpressGatewayService', when: 'after' };
    await begin({ ...roles, image }, { killAt }).killed;
    const end = await deploy({ ...roles, image });
    expect(end).toEnd('SUCCEEDED 0');
    expect(sent('CreateExpressGatewayService')).toHaveLength(1);
    expect(end.deploymentsMade).toBe(1);
  });

  test('does not start again what has failed', async () => {
    await given(
      { primaryContainer: { image } },
      { taskRules: [{ outcome: { kind: 'exit', code: 1, after: 1000 } }] },
    );
    const end = await deploy({ image });
    expect(end.result.error).toMatchObject({ code: 'DEPLOYMENT_FAILED' });
    expect(updates()).toEqual([]);
  });
});
