import { describe, expect, test } from '@jest/globals';
import { environmentName, tagKey } from '../../inputs/patterns.ts';
import { namedList } from './named-list.ts';

const options = { description: '', example: '', name: environmentName };
const secrets = namedList({ key: 'name', value: 'valueFrom' }, options);
const tags = namedList({ key: 'key', value: 'value' }, { ...options, name: tagKey });

describe('a list of named values', () => {
  test.each<[string, object[]]>([
    [
      'A=b\nC=d=e',
      [
        { name: 'A', valueFrom: 'b' },
        { name: 'C', valueFrom: 'd=e' },
      ],
    ],
    ['[{"name": "A", "valueFrom": "b"}]', [{ name: 'A', valueFrom: 'b' }]],
    ['  [] ', []],
  ])('%j is read, by lines or as the JSON of the official action', (text, value) => {
    expect(secrets.parse(text)).toEqual({ ok: true, value });
  });

  test('uses the names that the API has for its two parts', () => {
    expect(tags.parse('team=web')).toEqual({ ok: true, value: [{ key: 'team', value: 'web' }] });
  });

  test.each<[string, string]>([
    [
      'A',
      'line 1: must be NAME=value (no "=" found); write a value of several lines as "NAME=value", in double quotes',
    ],
    ['[{"name": "A"}]', 'item 1: has no "valueFrom"'],
    ['[{"name": "A", "value": "b"}]', 'item 1: "value" is not a field of it'],
    ['[{"name": "A", "valueFrom": 5}]', 'item 1: "valueFrom" must be a string'],
    ['[{"name": "A B", "valueFrom": "x"}]', 'item 1: "name" must be a name without spaces or "="'],
    ['[{"name": "A", "valueFrom": "x"}, {"name": "A", "valueFrom": "y"}]', 'item 2: A is set twice'],
  ])('%j is refused: %s', (text, problem) => {
    expect(secrets.parse(text)).toEqual({ ok: false, problem });
  });
});
