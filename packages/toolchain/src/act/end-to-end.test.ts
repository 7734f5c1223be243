import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { endToEndWorkflow } from './end-to-end.ts';

const workflow = readFileSync(new URL('../../../../.github/workflows/e2e.yml', import.meta.url), 'utf8');

describe('the end-to-end workflow for a folder with the bundle', () => {
  const { steps, env } = parse(endToEndWorkflow(workflow, [1234, 5678])).jobs.actions;

  test('installs and builds nothing, and has every other step', () => {
    const names = (all: readonly { name?: string; uses?: string; run?: string }[]) =>
      all.map(({ name, uses, run }) => name ?? uses ?? run);
    expect(names(steps)).toEqual(
      names(parse(workflow).jobs.actions.steps).filter((name) => !/^npm /.test(name!)),
    );
  });

  test('has its sandboxes on the ports that are given', () => {
    expect(env).toMatchObject({
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1234',
      VIRTUAL_ENDPOINT_URL: 'http://127.0.0.1:5678',
    });
  });

  test('is refused when the workflow prepares itself in another way', () => {
    expect(() => endToEndWorkflow(workflow.replace('run: npm ci', 'run: npm install'), [1, 2])).toThrow(
      'The job actions has not the steps npm ci and npm run build.',
    );
  });
});
