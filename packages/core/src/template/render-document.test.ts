import { expect, test } from '@jest/globals';
import { renderDocument } from './render-document.ts';

test('what is rendered is read as JSON, or as YAML by the name before .j2', async () => {
  expect(await renderDocument('{"cpu": {{ cpu }}}', { cpu: 96 }, { file: 'web.json.j2' })).toEqual({
    ok: true,
    text: '{"cpu": 96}',
    document: { cpu: 96 },
  });
  expect(await renderDocument('cpu: {{ cpu }}\n', { cpu: 96 }, { file: 'web.yml.j2' })).toMatchObject({
    document: { cpu: 96 },
  });
});

test('a problem of the rendered text is at the place of the template, and shows the rendered line', async () => {
  const template =
    '{\r\n{% for name in names %}  "name": "{{ name }}",\n{% endfor %}  "image": {{ image }}\n}';
  expect(
    await renderDocument(template, { names: ['a'], image: 'shop/web:1' }, { file: 'web.json.j2' }),
  ).toEqual({
    ok: false,
    problems: [
      {
        code: 'TEMPLATE_NOT_JSON',
        message: 'what is rendered cannot be read: this is neither a value nor a key: "image": shop/web:1',
        file: 'web.json.j2',
        line: 3,
        column: 27,
      },
    ],
  });
});

test('a template that cannot be rendered is not read', async () => {
  expect(await renderDocument('{{ absent }}', {}, { file: 'web.json.j2' })).toMatchObject({
    problems: [{ code: 'TEMPLATE_UNDEFINED' }],
  });
});

test('the rendered line is shown without the values of the environment', async () => {
  const env = { PASSWORD: 'correct-horse"battery' };
  const template = '{"a": "{{ must_env("PASSWORD") }}"}';
  expect(await renderDocument(template, {}, { file: 'web.json.j2', env })).toEqual({
    ok: false,
    problems: [
      {
        code: 'TEMPLATE_NOT_JSON',
        message: 'what is rendered cannot be read: this is neither a value nor a key: {"a": "***"}',
        file: 'web.json.j2',
        line: 1,
        column: 11,
      },
    ],
  });
});
