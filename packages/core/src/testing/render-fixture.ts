/** `render-task-definition` of a small definition. */
import { expect } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { renderTaskDefinition } from '../operations/render-task-definition.ts';
import { type FakeAws, fakeWorld } from './fake-world.ts';

export const registry = '012345678901.dkr.ecr.eu-west-1.amazonaws.com';
export const definition = {
  family: 'web',
  networkMode: 'awsvpc',
  executionRoleArn: 'arn:aws-cn:iam::012345678901:role/execution',
  containerDefinitions: [
    {
      name: 'web',
      image: '<IMAGE1_NAME>',
      environment: [
        { name: 'PORT', value: '8080' },
        { name: 'OLD', value: 'gone' },
      ],
      logConfiguration: { logDriver: 'awslogs', options: { 'awslogs-group': '/ecs/web' } },
    },
    { name: 'worker', image: `${registry}/web:1`, environment: [] },
  ],
};
export const images = `web=${registry}/web:2\nworker=${registry}/web:2`;

export async function render(
  inputs: Record<string, string>,
  source: unknown = definition,
  aws: FakeAws = {},
  file = 'td.json',
) {
  const text = typeof source === 'string' ? source : JSON.stringify(source, undefined, 2);
  const given = Object.keys(inputs).some((name) => name.startsWith('task-definition') || name === 'service');
  const world = fakeWorld({
    inputs: given ? inputs : { 'task-definition': file, ...inputs },
    files: { [file]: text },
    aws,
  });
  const result = await runReported(renderTaskDefinition, world);
  const path = result.outputs['task-definition'];
  const written = path === undefined ? undefined : world.files.contents[path];
  const rendered = written === undefined ? undefined : JSON.parse(written);
  const log = world.host.lines.join('\n');
  return { result, world, written, rendered, log, web: rendered?.containerDefinitions[0] };
}

export const errorOf = async (...given: Parameters<typeof render>) => {
  const { result, world } = await render(...given);
  expect(Object.keys(world.files.contents)).toHaveLength(1);
  const { code, summary, details } = result.error!;
  return [`${code}: ${summary}`, ...details];
};
