import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { sentenceOf } from '@landfall/core/manifest/problem';
import { readManifest } from '@landfall/core/manifest/read-manifest';
import { checkManifest } from '@landfall/core/operations/check-manifest';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import { Ajv } from 'ajv';
import { parse } from 'yaml';

const root = join(import.meta.dirname, '../..');
const text = (path: string) => readFileSync(join(root, path), 'utf8');
const schema = JSON.parse(text('docs/landfall.schema.json'));
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);
const example = text('examples/manifest/landfall.yml');

test('the example is of the schema that its first line names, and the check of it says what the page says', async () => {
  expect(example.split('\n', 1)[0]).toBe(`# yaml-language-server: $schema=${schema.$id}`);
  const folder = 'examples/manifest';
  const files = ['landfall.yml', 'ecs/web.json', 'ecs/worker.json'].map((name) => `${folder}/${name}`);
  const world = fakeWorld({
    inputs: { manifest: files[0] ?? '', environment: 'dev', explain: 'web.cpu' },
    files: Object.fromEntries(files.map((path) => [path, text(path)])),
  });
  expect((await runReported(checkManifest, world)).error).toBeUndefined();
  const explained = world.host.lines[0]?.replace('info: dev: ', '').replace(`${folder}/`, '');
  expect(text('docs/manifest.md')).toContain(`\`${explained}\``);
});

describe('the published schema and the check agree on', () => {
  test.each([
    ['the example', '', '', true],
    [
      'an environment without anything',
      'production:\n    account: "123456789012"\n    region: eu-west-1\n    cluster: production\n    protect: true',
      'production:',
      true,
    ],
    ['a variable for a number', '{ initial: 2 }', '{ initial: "${count}" }', true],
    ['a variable for a list', '[{ type: distinctInstance }]', '"${constraints}"', true],
    ['an account without quotes', '"123456789012"', '123456789012', true],
    ['a field that ECS may learn', 'minimumHealthyPercent: 50', 'minimumWealthyPercent: 50', true],
    ['an unknown key', 'desiredCount: {', 'desiredCuont: {', false],
    ['a version to come', 'landfall: 1', 'landfall: 2', false],
    ['a text for a number', 'wave: 20', 'wave: soon', false],
    ['a number that is too high', 'wave: 20', 'wave: 2000', false],
    ['a list for a map', 'vars: { cpu: 64, memory: 128 }', 'vars: [cpu]', false],
    ['a text for a number of the API', 'maximumPercent: 200', 'maximumPercent: all', false],
    ['a field that belongs elsewhere', 'stopBeforeDeploy: true', 'service: { desiredCount: 1 }', false],
    ['a name that is none', 'name: shop', 'name: a shop', false],
    ['a missing key', 'name: shop\n', '', false],
    ['a count without initial', '{ initial: 2 }', '{}', false],
    ['an empty value', 'cpu: 64', 'cpu: ', false],
  ])('%s', async (_, from, to, isTaken) => {
    expect(example).toContain(from);
    const edited = example.replace(from, () => to);
    const problems = (await readManifest(edited, 'landfall.yml')).problems.filter(
      ({ level }) => level === 'error',
    );
    const given = { bySchema: validate(parse(edited)), byCheck: problems.map(sentenceOf) };
    expect(given).toEqual(
      isTaken ? { bySchema: true, byCheck: [] } : { bySchema: false, byCheck: [expect.any(String)] },
    );
  });
});
