import fc from 'fast-check';
import { variables } from './table.ts';

const names = [...Object.keys(variables), 'absent', 'loop', 'x', 'y', 'range'];
const texts = ['', 'a', 'web', 'A,b', '1', ' é😀', "it's", 'items', 'name', '-7', '\u001c', 'ß'];
const filters = [
  'abs',
  'count',
  'default',
  'default("d")',
  'default(none, true)',
  'dictsort',
  'first',
  'format(1)',
  'int',
  'items',
  'join',
  'join(",")',
  'last',
  'length',
  'list',
  'lower',
  'map(attribute="name")',
  'map("upper")',
  'max',
  'min',
  'replace("a", "b")',
  'reverse',
  'round',
  'safe',
  'sort',
  'sort(reverse=true)',
  'string',
  'sum',
  'tojson',
  'tojson(indent=2)',
  'trim',
  'unique',
  'upper',
];
const tests = [
  'defined',
  'undefined',
  'none',
  'string',
  'number',
  'integer',
  'float',
  'boolean',
  'mapping',
  'true',
]
  .concat(['false', 'iterable', 'sequence', 'odd', 'callable'])
  .flatMap((test) => [`is ${test}`, `is not ${test}`]);
const operators = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '~',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  'and',
  'or',
];
const members = [
  '.a',
  '.name',
  '.items',
  '.web',
  '.index',
  '.__class__',
  '["a"]',
  '["items"]',
  '[0]',
  '[-1]',
  '[9]',
]
  .concat([
    '[1:]',
    '[:-1]',
    '[::-1]',
    '[::2]',
    '.upper()',
    '.items()',
    '.keys()',
    '.values()',
    '.get("a")',
    '.get("n", 1)',
    '.n',
  ])
  .concat([
    '.get("z", 1)',
    '.split(",")',
    '.startswith("a")',
    '.strip()',
    '.first',
    '.last',
    '.replace("a", "")',
  ]);

const pick = (...values: readonly string[]) => fc.constantFrom(...values);

const { expression } = fc.letrec<{ expression: string; operand: string }>((tie) => ({
  operand: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 6, arbitrary: pick(...names) },
    { weight: 3, arbitrary: pick(...texts.map((one) => JSON.stringify(one))) },
    {
      weight: 3,
      arbitrary: pick('0', '1', '2', '-3', '1.0', '2.5', 'true', 'false', 'none', '[]', '{}', '1e3', '0x10'),
    },
    {
      weight: 1,
      arbitrary: fc.array(tie('expression'), { maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(pick('"a"', '"b"', 'name'), tie('expression'))
        .map(([key, of]) => `{${key}: ${of}}`),
    },
    {
      weight: 1,
      arbitrary: fc
        .array(tie('expression'), { minLength: 1, maxLength: 3 })
        .map((all) => `range(${all.join(', ')})`),
    },
    { weight: 1, arbitrary: tie('expression').map((one) => `(${one})`) },
  ),
  expression: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 3, arbitrary: tie('operand') },
    {
      weight: 4,
      arbitrary: fc.tuple(tie('operand'), pick(...filters)).map(([of, filter]) => `${of}|${filter}`),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(tie('operand'), pick(...members)).map(([of, member]) => `${of}${member}`),
    },
    { weight: 2, arbitrary: fc.tuple(tie('operand'), pick(...tests)).map(([of, test]) => `${of} ${test}`) },
    {
      weight: 4,
      arbitrary: fc
        .tuple(tie('expression'), pick(...operators), tie('expression'))
        .map(([left, operator, right]) => `${left} ${operator} ${right}`),
    },
    { weight: 1, arbitrary: tie('expression').map((one) => `not ${one}`) },
    { weight: 1, arbitrary: tie('operand').map((one) => `-${one}`) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie('expression'), tie('expression'), tie('expression'))
        .map(([then, condition, otherwise]) => `${then} if ${condition} else ${otherwise}`),
    },
  ),
}));

const open = pick('{%', '{%', '{%', '{%-', '{%+');
const close = pick('%}', '%}', '%}', '-%}', '+%}');
const tag = (inner: fc.Arbitrary<string>) =>
  fc.tuple(open, inner, close).map(([begin, text, end]) => `${begin} ${text} ${end}`);
const target = pick('x', 'y', 'cpu', 'item', 'name');
const data = pick(
  '',
  'a',
  ' ',
  '\n',
  ' b \n ',
  '{',
  '}',
  '"',
  '{# c #}',
  '{#- c -#}',
  '{% raw %}{{ x }}{% endraw %}',
  '\r\n',
);

const { body } = fc.letrec<{ body: string; statement: string }>((tie) => ({
  body: fc.array(tie('statement'), { maxLength: 4 }).map((all) => all.join('')),
  statement: fc.oneof(
    { maxDepth: 3, depthSize: 'small' },
    { weight: 2, arbitrary: data },
    { weight: 5, arbitrary: expression.map((one) => `{{ ${one} }}`) },
    {
      weight: 2,
      arbitrary: fc.tuple(pick('{{', '{{-'), target, pick('}}', '-}}')).map((all) => all.join(' ')),
    },
    {
      weight: 3,
      arbitrary: tag(fc.tuple(target, expression).map(([name, value]) => `set ${name} = ${value}`)),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tag(target.map((name) => `set ${name}`)), tie('body'), tag(fc.constant('endset')))
        .map((all) => all.join('')),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          tag(expression.map((one) => `if ${one}`)),
          tie('body'),
          fc.option(tag(fc.constant('else')), { nil: '' }),
          tie('body'),
          tag(fc.constant('endif')),
        )
        .map(([begin, then, otherwise, rest, end]) => begin + then + otherwise + (otherwise && rest) + end),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(
          tag(
            fc
              .tuple(pick('x', 'y', 'item', 'x, y'), expression, fc.option(expression, { nil: '' }))
              .map(([names, list, condition]) => `for ${names} in ${list}${condition && ` if ${condition}`}`),
          ),
          tie('body'),
          tag(fc.constant('endfor')),
        )
        .map((all) => all.join('')),
    },
  ),
}));

/** Templates of every construct of Jinja2 that there is here, and some that are not; most of them are wrong somewhere. */
export const template: fc.Arbitrary<string> = fc.oneof(
  expression.map((one) => `{{ ${one} }}`),
  body,
);
