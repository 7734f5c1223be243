import { describe, expect, test } from '@jest/globals';
import { planService } from '@landfall/core/operations/plan-service';
import { createScenario, scenario } from '../scenario/current.ts';
import { pushImage } from '../scenario/push-image.ts';
import { type Scenario, taskDefinitionOf } from '../scenario/scenario.ts';

const repository = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web';
const image = `${repository}:latest`;
const file = {
  ...taskDefinitionOf('web', 1),
  containerDefinitions: [{ ...taskDefinitionOf('web', 1).containerDefinitions[0], image }],
};
const files = { 'latest.json': JSON.stringify(file) };
const inputs = { 'task-definition': 'latest.json' };

const push = (number: number) => pushImage(scenario.sandbox, 'latest', String(number));

async function deployed(): Promise<void> {
  await createScenario();
  await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
  await push(1);
  const { result } = await scenario.deploy(inputs, files);
  expect(result.outputs.verdict).toBe('SUCCEEDED');
}

const writes = () =>
  scenario.sandbox
    .journal()
    .flatMap(({ operation, input }) => (operation === 'UpdateService' ? [input] : []));

describe('a task definition that names its image by a tag', () => {
  test('is a NOOP while the tag names what runs', async () => {
    await deployed();
    const before = writes().length;
    const { result, host } = await scenario.deploy(inputs, files);
    expect(result.outputs.verdict).toBe('NOOP');
    expect(host.lines.filter((line) => line.includes('latest'))).toEqual([]);
    expect(writes()).toHaveLength(before);
  });

  test('is deployed again, unchanged, once the tag was pushed again, and what was pushed is live', async () => {
    await deployed();
    const before = writes().length;
    await push(2);
    const { result, host, deploymentsMade } = await scenario.deploy(inputs, files);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(writes().slice(before)).toEqual([
      {
        cluster: 'main',
        service: 'web',
        taskDefinition: expect.stringMatching(/web:\d+$/),
        forceNewDeployment: true,
      },
    ]);
    expect(host.lines).toContainEqual(
      expect.stringMatching(
        /^info: web: \S+web:latest names sha256:[0-9a-f]{64} now, and sha256:[0-9a-f]{64} runs, so a new deployment is needed$/,
      ),
    );
    const after = await scenario.deploy(inputs, files);
    expect(after.result.outputs.verdict).toBe('NOOP');
    expect(after.deploymentsMade).toBe(deploymentsMade);
  });

  test('is deployed again although a deployment of the image before is still in progress', async () => {
    await deployed();
    await push(2);
    const first = scenario.begin(inputs, { files, run: { origin: 'run-1' } });
    let second: ReturnType<Scenario['begin']> | undefined;
    scenario.at(20_000, async () => {
      await push(3);
      second = scenario.begin(inputs, { files, run: { origin: 'run-2' } });
    });
    expect((await first.done).result.outputs.verdict).toBe('SUPERSEDED');
    expect((await second!.done).result.outputs.verdict).toBe('SUCCEEDED');
  });

  test('is deployed again once, although the run was killed after its update and run again', async () => {
    await deployed();
    const before = writes().length;
    await push(2);
    await scenario.begin(inputs, { files, killAt: { call: 'updateService', when: 'after' } }).killed;
    const { result, host } = await scenario.deploy(inputs, files);
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(writes()).toHaveLength(before + 1);
  });

  test('is planned as it would be deployed', async () => {
    await deployed();
    await push(2);
    const { result } = await scenario.begin(inputs, { files, operation: planService }).done;
    expect(result.outputs).toMatchObject({ changes: 'true', 'starts-deployment': 'true' });
  });

  test('of which ECS tells no digest is a NOOP that says what it does not know', async () => {
    await createScenario();
    const { result, host } = await scenario.deploy({ 'task-definition': 'v1.json' });
    const reason = 'cannot tell whether example/web:1 has been re-pushed: ECS shows no digest of it';
    expect(result.outputs.verdict).toBe('NOOP');
    expect(host.lines).toContain(
      `warning: web: ${reason}. Pin the image by digest to be certain, or set force-new-deployment to deploy it anyway.`,
    );
    expect(JSON.parse(result.outputs['outside-changes']!)).toEqual([
      {
        service: 'web',
        kind: 'image',
        name: 'example/web:1',
        containers: ['app'],
        status: 'unknown',
        reason,
      },
    ]);
  });
});

describe('a task definition that names its image by a tag of another registry than ECR', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

  async function deployedFromElsewhere(): Promise<void> {
    await createScenario();
    scenario.setForeignImages({ 'example/web:2': digest('a') });
    expect((await scenario.deploy()).result.outputs.verdict).toBe('SUCCEEDED');
  }

  test('is a NOOP while the registry says that the tag names what runs', async () => {
    await deployedFromElsewhere();
    const { result, host } = await scenario.deploy();
    expect(result.outputs).toMatchObject({ verdict: 'NOOP', 'outside-changes': '[]' });
    expect(host.lines.filter((line) => line.startsWith('warning'))).toEqual([]);
  });

  test('is deployed again once the tag was pushed again', async () => {
    await deployedFromElsewhere();
    scenario.setForeignImages({ 'example/web:2': digest('b') });
    const { result, host } = await scenario.deploy();
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(host.lines).toContain(
      `info: web: example/web:2 names ${digest('b')} now, and ${digest('a')} runs, so a new deployment is needed`,
    );
    expect((await scenario.deploy()).result.outputs.verdict).toBe('NOOP');
  });

  test('is a NOOP with a warning where its registry does not know the tag any longer', async () => {
    await deployedFromElsewhere();
    scenario.setForeignImages({});
    const { result } = await scenario.deploy();
    expect(result.outputs.verdict).toBe('NOOP');
    expect(JSON.parse(result.outputs['outside-changes']!)).toMatchObject([
      {
        status: 'unknown',
        reason: 'cannot tell whether example/web:2 has been re-pushed: its registry has no such tag',
      },
    ]);
  });

  test('is left as it is with on-outside-change: warn, and the output names it', async () => {
    await deployedFromElsewhere();
    scenario.setForeignImages({ 'example/web:2': digest('b') });
    const { result, host, deploymentsMade } = await scenario.deploy({ 'on-outside-change': 'warn' });
    const reason = `example/web:2 names ${digest('b')} now, and ${digest('a')} runs`;
    expect({ result, host }).toEnd('NOOP 0');
    expect(deploymentsMade).toBe(1);
    expect(host.lines).toContain(`warning: web: ${reason}; on-outside-change is warn, so it is not deployed`);
    expect(JSON.parse(result.outputs['outside-changes']!)).toEqual([
      {
        service: 'web',
        kind: 'image',
        name: 'example/web:2',
        containers: ['app'],
        status: 'changed',
        reason,
      },
    ]);
  });
});
