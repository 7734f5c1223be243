import { snakeCase } from '@landfall/core/inputs/input';
import type { Definition } from '../definition/definition.ts';
import { version } from '../definition/release.ts';
import type { Migration } from '../migrating/migration.ts';
import { cell, code, fenced, generatedComment, page, table } from '../writing/markdown.ts';

export const orbReadme = (definitions: readonly Definition[], migrations: readonly Migration[]) =>
  page(
    '# The Landfall orb',
    generatedComment('packages/core/src/operations'),
    'Every operation of Landfall as a command, and one job that takes a commit to a live service.',
    fenced('yaml', exampleConfig),
    table(
      ['Command', 'What it does'],
      [
        ['`install`', 'Installs the CLI, which every other command calls; in your own job, run it first.'],
        ...definitions.map(({ name, description }) => [code(snakeCase(name)), cell(description)]),
      ],
    ),
    'Parameters are the inputs of the actions in snake_case: the tables in `actions/<operation>/README.md` apply to both. `$NAME` and `${NAME}` in a parameter are replaced when the step runs, by `circleci env subst`; nothing in a parameter is evaluated. Outputs are variables of the later steps, `LANDFALL_OUT_<OUTPUT>`: [docs/variables.md](../../docs/variables.md).',
    'The job `deploy` needs credentials: give the steps that configure them as `auth`.',
    ...migrations
      .filter(({ kind }) => kind === 'orb')
      .map(
        ({ name, title }) =>
          `Migrating from ${title}: [parameter by parameter](../../docs/migrating/${name}.md).`,
      ),
  );

const exampleConfig = `version: 2.1
orbs:
  landfall: landfall-ci/landfall@${version}
  aws-cli: circleci/aws-cli@5.4.1
workflows:
  deploy:
    jobs:
      - landfall/deploy:
          context: aws
          version: ${version}
          sha256: ${'0'.repeat(64)} # the archive's SHA-256, from the release page
          auth:
            - aws-cli/setup:
                role_arn: arn:aws:iam::123456789012:role/deploy
          repository: web
          cluster: production
          service: web
          container: web`;
