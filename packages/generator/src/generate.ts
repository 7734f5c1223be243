import { LandfallError } from '@landfall/core/errors/landfall-error';
import { policyOf } from '@landfall/core/iam-policy/iam-policy';
import { snakeCase } from '@landfall/core/inputs/input';
import { firstUseProblems } from './action/first-use.ts';
import { actionMetadata } from './action/metadata.ts';
import { actionReadme } from './action/readme.ts';
import { problemsOf } from './definition/check-definition.ts';
import { missingProofs, type TestSources } from './definition/check-proofs.ts';
import type { Definition } from './definition/definition.ts';
import { cliPage } from './docs/cli-page.ts';
import { errorsPage } from './docs/errors-page.ts';
import { hostsTables } from './docs/variables-page.ts';
import { migrationProblems } from './migrating/check-migration.ts';
import type { Migration } from './migrating/migration.ts';
import { migrationIndex, migrationPage } from './migrating/page.ts';
import { orbCommand } from './orb/command.ts';
import { deployJob } from './orb/deploy-job.ts';
import { orbReadme } from './orb/readme.ts';

/**
 * Every file that repeats something of the definitions, by its path in the repository. Pure.
 * @throws INTERNAL with a detail line for each problem of an incomplete definition
 */
export function generate(
  definitions: readonly Definition[],
  tests: TestSources,
  migrations: readonly Migration[],
): ReadonlyMap<string, string> {
  const problems = [
    ...definitions.flatMap((one) => [
      ...problemsOf(one),
      ...firstUseProblems(one),
      ...missingProofs(one, tests),
    ]),
    ...migrations.flatMap((one) => migrationProblems(one, definitions)),
  ];
  if (problems.length > 0) {
    throw new LandfallError('INTERNAL', {
      summary: `incomplete definitions:\n${problems.map((one) => `  ${one}`).join('\n')}`,
      remedy:
        'Complete the definitions in packages/core/src/operations and their tests, or the rows in packages/generator/src/migrating.',
      details: problems,
    });
  }
  const files = new Map<string, string>();
  for (const definition of definitions) {
    const { name } = definition;
    files.set(`actions/${name}/action.yml`, actionMetadata(definition));
    files.set(`actions/${name}/README.md`, actionReadme(definition, migrations));
    for (const [file, text] of entryPoints(definition)) files.set(`actions/${name}/${file}`, text);
    if (definition.permissions.length > 0)
      files.set(`docs/iam/${name}.json`, `${JSON.stringify(policyOf(definition.permissions), null, 2)}\n`);
    files.set(`orbs/landfall/src/commands/${snakeCase(name)}.yml`, orbCommand(definition));
  }
  const pipeline = definitions.find(({ name }) => name === 'pipeline');
  if (pipeline) files.set('orbs/landfall/src/jobs/deploy.yml', deployJob(pipeline));
  files.set('orbs/landfall/README.md', orbReadme(definitions, migrations));
  files.set('docs/errors.md', errorsPage(definitions));
  files.set('docs/cli.md', cliPage(definitions));
  files.set('docs/variables.md', hostsTables(definitions));
  files.set('docs/migrating/README.md', migrationIndex(migrations));
  for (const migration of migrations)
    files.set(`docs/migrating/${migration.name}.md`, migrationPage(migration, definitions));
  return files;
}

/**
 * Whether a file in the tree is one that `generate` would have made, so that it must go when the
 * definition it came from is gone.
 */
export const isGenerated = (path: string, text: string) =>
  /^(?:actions\/[^/]+\/(?:main|post)\.js|docs\/iam\/[^/]+\.json)$/.test(path) ||
  /^(?:#|<!--) Generated from packages\/(?:core|generator)\//m.test(text.slice(0, 600));

/**
 * The whole code of an action. The bundle is next to `actions/` on release refs; every action shares it, so
 * that the second step of a job finds it in the compile cache.
 */
const entryPoints = ({ name, cleanUp }: Definition): ReadonlyMap<string, string> =>
  new Map([
    ['main.js', `import { action } from '../../dist/action.js';\n\nawait action('${name}');\n`],
    ...(cleanUp
      ? ([['post.js', `import { post } from '../../dist/action.js';\n\nawait post('${name}');\n`]] as const)
      : []),
  ]);
