import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderTemplate, variablesOf } from './render-template.ts';

const file = 'ecs/web.json.j2';

test('all problems are reported at once, each with its code, file, line and column', () => {
  const template = [
    '{',
    '  "family": "{{ enviroment }}-{{ item }}",',
    '  "cpu": {{ cpu|round }},',
    '  {% if absent %}"memory": 1,{% endif %}',
    '  "image": {{ image|tojsn }}',
    '}',
  ].join('\r\n');
  expect(
    renderTemplate(template, { environment: 'dev', item: 'web', cpu: 96, image: 'shop/web:1' }, { file }),
  ).toEqual({
    ok: false,
    problems: [
      {
        code: 'TEMPLATE_UNDEFINED',
        message: '"enviroment" is not defined (did you mean "environment"?)',
        file,
        line: 2,
        column: 17,
      },
      {
        code: 'TEMPLATE_INVALID',
        message: 'the filter round is not supported; write // for whole numbers',
        file,
        line: 3,
        column: 17,
      },
      { code: 'TEMPLATE_UNDEFINED', message: '"absent" is not defined', file, line: 4, column: 9 },
      {
        code: 'TEMPLATE_INVALID',
        message: 'the filter tojsn is not supported; did you mean tojson?',
        file,
        line: 5,
        column: 21,
      },
    ],
  });
});

test('what fails while it is rendered is reported at once as well, and what depends on it is not', () => {
  const template =
    '{% set x = item + 1 %}{{ x }}{{ x + 1 }}\n{{ cpu.high }}\n{% for y in cpu %}{{ y }}{% endfor %}';
  const rendered = renderTemplate(template, { item: 'web', cpu: 96 }, { file });
  expect(
    rendered.ok ? rendered.text : rendered.problems.map(({ line, message }) => `${line}: ${message}`),
  ).toEqual([
    '1: text + a number has no result; write ~ to join texts',
    '2: a number cannot have the key "high"',
    '3: a number cannot be iterated',
  ]);
});

test('an environment variable is read only where it is passed in, and one that is missing is found before', () => {
  const template = '{% if no %}{{ must_env("TOKEN") }}{% endif %}{{ env("STAGE", "blue") }}';
  expect(renderTemplate(template, { no: false }, { file, env: { TOKEN: 't' } })).toMatchObject({
    text: 'blue',
  });
  expect(renderTemplate(template, { no: false }, { file })).toEqual({
    ok: false,
    problems: [
      {
        code: 'TEMPLATE_UNDEFINED',
        message: 'the environment variable "TOKEN" is not set, or the template may not read it',
        file,
        line: 1,
        column: 15,
      },
    ],
  });
});

test('the variables of a template are the names that it reads and does not set', () => {
  const template =
    '{% set x = a %}{% for y in b if y.c == d %}{{ x }}{{ y }}{{ loop.index }}{% endfor %}{{ e|default(f) }}{{ g.h[i] }}';
  expect(variablesOf(template)).toEqual(['a', 'b', 'd', 'e', 'f', 'g', 'i']);
});

test('a number that would not keep its digits is refused, because Jinja2 would print others', () => {
  for (const number of [2 ** 53, Number.NaN, 1e300]) {
    expect(renderTemplate('{{ n }}', { n: number }, { file })).toMatchObject({
      problems: [{ message: `n: the number ${number} would not keep its digits; give it as text` }],
    });
  }
});

describe('a template made to exhaust the machine is refused', () => {
  const doubled = Array.from({ length: 40 }, () => '{% set a = [a, a] %}').join('');
  test.each([
    ['brackets', `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`, 'a tag has more than 250 operands'],
    ['operators', `{{ 1${'+1'.repeat(30_000)} }}`, 'a tag has more than 250 operands'],
    ['not', `{{ ${'not '.repeat(30_000)}x }}`, 'a tag has more than 250 operands'],
    ['members', `{{ x${'.x'.repeat(30_000)} }}`, 'a tag has more than 250 operands'],
    ['tags', '{% if 1 %}'.repeat(10_000), 'tags are nested deeper than 50 levels'],
    [
      'a list that doubles',
      `{% set a = [1] %}${doubled}`,
      'a value has more than 1000000 characters and members',
    ],
    [
      'a text that doubles',
      `{% set a = "ab" %}${'{% set a = a ~ a %}'.repeat(40)}`,
      'a value has more than 1000000 characters and members',
    ],
    [
      'loops',
      '{% for a in range(9999) %}{% for b in range(9999) %}{% endfor %}{% endfor %}',
      'it does not end within 200000 steps and 1048576 characters',
    ],
    [
      'replacements',
      '{% set a = range(9999)|join %}{{ a|replace("1", a) }}',
      'a value has more than 1000000 characters and members',
    ],
    ['length', 'x'.repeat(200_000), 'the template has 200000 characters; at most 131072 are read'],
  ])('by %s', (_, template, message) => {
    const rendered = renderTemplate(template, { x: {} }, { file });
    expect(rendered.ok ? [] : rendered.problems.map((problem) => problem.message)).toContain(message);
  });
});

describe('no template reaches the host', () => {
  class Pwned {
    secret = 'own';
    get getter() {
      return 'getter';
    }
  }
  const inherited = Object.create({ inherited: 'inherited' }, { own: { value: 'own', enumerable: true } });
  const variables = {
    text: 'a',
    list: [1],
    map: { a: 1, __proto__x: 1 },
    inherited,
    instance: new Pwned(),
  };
  const keys = [
    'constructor',
    '__proto__',
    'prototype',
    'toString',
    'valueOf',
    'hasOwnProperty',
    'inherited',
  ].concat([
    'getter',
    'length',
    'call',
    '__class__',
    '__globals__',
    '__subclasses__',
    'constructor.constructor',
  ]);

  test.each(keys.filter((key) => !key.includes('.')))('%s is not a member of anything', (key) => {
    for (const name of Object.keys(variables)) {
      for (const source of [
        `{{ ${name}.${key} }}`,
        `{{ ${name}["${key}"] }}`,
        `{{ ${name}["${key}"]|default("") }}`,
      ]) {
        const rendered = renderTemplate(source, variables, { file });
        expect({ source, text: rendered.ok ? rendered.text : '' }).toEqual({ source, text: '' });
      }
    }
  });

  test('whatever is put together of hostile parts', () => {
    const parts = fc.constantFrom(
      ...[
        'text',
        'list',
        'map',
        'inherited',
        'instance',
        'range',
        'loop',
        'self',
        'env',
        'globalThis',
        'process',
      ],
      ...keys.flatMap((key) => [`.${key}`, `["${key}"]`, `|map(attribute="${key}")`, `|default(${key})`]),
      ...[
        '("globalThis.pwned = 1")',
        '()',
        '(1)',
        '.constructor("return process")()',
        '|join',
        '|tojson',
        '|list',
      ],
      ...[
        '{{',
        '}}',
        '{% set x =',
        '%}',
        '{% for x in',
        '{% endfor %}',
        ' ',
        '"',
        "'",
        '`',
        '${globalThis.pwned = 1}',
      ],
      ...['{"__proto__": {"polluted": 1}}', '[', ']', '~', '\\', '\u2028'],
    );
    const template = fc.array(parts, { minLength: 1, maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(
        fc.oneof(
          template,
          template.map((inner) => `{{ ${inner} }}`),
        ),
        (source) => {
          const rendered = renderTemplate(source, variables, { file });
          const printed = rendered.ok ? rendered.text : '';
          expect(printed.replaceAll(source, '')).not.toMatch(/native code|\[object|function\s*\w*\(/);
          expect(Object.keys(globalThis)).not.toContain('pwned');
          expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain('polluted');
        },
      ),
      { numRuns: 5000 },
    );
  });

  test('a key named __proto__ is a key like any other', () => {
    expect(renderTemplate('{% set x = {"__proto__": {"a": 1}} %}{{ x|tojson }}', {}, { file })).toMatchObject(
      {
        text: '{"__proto__": {"a": 1}}',
      },
    );
  });
});
