import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { renderTemplate, type TemplateProblem, variablesOf } from '@landfall/core/template/render-template';
import { type JinjaOutcome, jinjaOutcomes } from '@landfall/toolchain/jinja/jinja';
import fc from 'fast-check';
import { propertyRuns, propertyTimeout } from '../runner/property-runs.ts';
import { describeUnless, noPython } from '../runner/requirements.ts';
import { template } from './random-templates.ts';
import { seedTemplate, seedVariables } from './seed.ts';
import { env, refused, same, variables } from './table.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const file = 'web.json.j2';

const shown = ({ code, line, column, message }: TemplateProblem) =>
  `${line}:${column} ${code === 'TEMPLATE_INVALID' ? '' : `${code} `}${message}`;

test.each(refused)('%j is refused, and the message says what to write', (source, ...problems) => {
  const rendered = renderTemplate(source, variables, { file, env });
  expect(rendered.ok ? rendered.text : rendered.problems.map(shown)).toEqual(problems);
});

describeUnless(noPython)('held against Jinja2', () => {
  const jinja = (templates: readonly string[]) =>
    jinjaOutcomes(
      root,
      templates.map((source) => ({ template: source, variables, env })),
    );

  describe('the table', () => {
    let outcomes: ReadonlyMap<string, JinjaOutcome>;
    beforeAll(async () => {
      const found = await jinja(same);
      outcomes = new Map(same.map((source, at) => [source, found[at] ?? { error: 'no outcome' }]));
    }, 120_000);

    test.each(same)('%j renders as in Jinja2, and reads the same names', (source) => {
      const rendered = renderTemplate(source, variables, { file, env });
      expect({
        text: rendered.ok ? rendered.text : rendered.problems.map(shown),
        undeclared: variablesOf(source),
      }).toEqual(outcomes.get(source));
    });
  });

  test('a name that every branch of an if sets is not a variable; Jinja2 counts it among them', async () => {
    const source = '{% if yes %}{% set x = 1 %}{% else %}{% set x = 2 %}{% endif %}{{ x }}';
    expect(renderTemplate(source, variables, { file })).toMatchObject({ ok: true, text: '1' });
    expect(variablesOf(source)).toEqual(['yes']);
    expect(await jinja([source])).toEqual([{ text: '1', undeclared: ['x', 'yes'] }]);
  });

  test(
    'no random template renders differently without an error, and few are refused that Jinja2 renders',
    async () => {
      const { numRuns, seed } = propertyRuns(5000);
      const sources = fc.sample(template, { numRuns, ...(seed !== undefined && { seed }) });
      const outcomes = await jinja(sources);
      const rendered = sources.map((source) => renderTemplate(source, variables, { file, env }));
      const differences = sources.flatMap((source, at) => {
        const ours = rendered[at];
        const theirs = outcomes[at];
        if (!ours?.ok || !theirs) return [];
        const isSame =
          'text' in theirs &&
          ours.text === theirs.text &&
          variablesOf(source).every((name) => theirs.undeclared.includes(name));
        return isSame ? [] : [{ source, ours: ours.text, theirs }];
      });
      expect(differences).toEqual([]);
      // Without this, refusing everything would pass.
      const theirs = outcomes.filter((outcome) => 'text' in outcome).length;
      expect(rendered.filter(({ ok }) => ok).length).toBeGreaterThan(theirs / 2);
    },
    propertyTimeout,
  );

  test('the template of the deployment step of 2016 renders to the same task definition', async () => {
    const [theirs] = await jinjaOutcomes(root, [{ template: seedTemplate, variables: seedVariables }]);
    const ours = renderTemplate(seedTemplate, seedVariables, { file });
    expect(ours).toMatchObject({ ok: true });
    const text = ours.ok ? ours.text : '';
    expect({ text }).toEqual({ text: theirs && 'text' in theirs ? theirs.text : theirs });
    expect(JSON.parse(text)).toMatchObject({
      family: 'dev-web',
      containerDefinitions: [
        { name: 'dev-web', cpu: 96, logConfiguration: { options: { tag: 'docker/dev/web/{{.ID}}' } } },
      ],
    });
  });
});
