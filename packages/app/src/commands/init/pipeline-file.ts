import type { DraftFile } from '@landfall/core/manifest/manifest-draft';
import { stringify } from 'yaml';
import { version } from '../../version.ts';
import type { Ci } from './inspect-folder.ts';

export interface PipelineFacts {
  readonly repository: string;
  /** The folder and the Dockerfile that are built. */
  readonly context: string;
  readonly file: string;
  readonly target: string | undefined;
  readonly environment: string;
  readonly region: string;
  readonly branch: string;
}

/** Where the pipeline goes; a CI that is there may have files of its own. */
export const pipelinePaths: Readonly<Record<Ci, string>> = {
  github: '.github/workflows/deploy.yml',
  circleci: '.circleci/landfall.yml',
  codebuild: 'buildspec.deploy.yml',
};

/** The pipeline that builds the image and deploys the manifest. */
export function pipelineFile(ci: Ci, facts: PipelineFacts): DraftFile {
  const documents = { github: workflow, circleci: circleCiConfig, codebuild: buildspec };
  return { path: pipelinePaths[ci], text: stringify(documents[ci](facts), { lineWidth: 0 }) };
}

/** The inputs of the build, by the names of the operation. */
const buildInputs = ({ repository, context, file, target }: PipelineFacts): Record<string, string> => ({
  repository,
  context,
  file,
  ...(target !== undefined && { target }),
  tags: 'sha',
  'skip-if-exists': 'true',
});

const action = (name: string) => `landfall-ci/landfall/actions/${name}@v${version}`;

const workflow = (facts: PipelineFacts) => ({
  name: 'Deploy',
  on: { push: { branches: [facts.branch] } },
  permissions: { contents: 'read', 'id-token': 'write' },
  concurrency: { group: `deploy-${facts.environment}` },
  jobs: {
    deploy: {
      'runs-on': 'ubuntu-latest',
      steps: [
        { uses: 'actions/checkout@v7' },
        {
          uses: 'aws-actions/configure-aws-credentials@v6',
          with: { 'role-to-assume': '${{ vars.AWS_ROLE_ARN }}', 'aws-region': facts.region },
        },
        { uses: action('pipeline'), id: 'build', with: buildInputs(facts) },
        {
          uses: action('deploy-manifest'),
          with: { environment: facts.environment, image: '${{ steps.build.outputs.image }}' },
        },
      ],
    },
  },
});

const snake = (values: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name.replaceAll('-', '_'),
      value === 'true' ? true : value,
    ]),
  );

const circleCiConfig = (facts: PipelineFacts) => ({
  version: 2.1,
  orbs: { landfall: `landfall-ci/landfall@${version}`, 'aws-cli': 'circleci/aws-cli@5.4.1' },
  jobs: {
    deploy: {
      executor: 'landfall/machine',
      steps: [
        'checkout',
        { 'aws-cli/setup': { role_arn: '$AWS_ROLE_ARN', region: facts.region } },
        { 'landfall/install': { version, sha256: '0'.repeat(64) } },
        { 'landfall/pipeline': snake(buildInputs(facts)) },
        { 'landfall/deploy_manifest': { environment: facts.environment, image: '$LANDFALL_OUT_IMAGE' } },
        'landfall/clean_up',
      ],
    },
  },
  workflows: {
    deploy: { jobs: [{ deploy: { filters: { branches: { only: [facts.branch] } }, context: ['aws'] } }] },
  },
});

const buildspec = (facts: PipelineFacts) => ({
  version: 0.2,
  env: {
    shell: 'bash',
    variables: {
      LANDFALL_ENV_FILE: '/tmp/landfall.env',
      ...Object.fromEntries(
        Object.entries(buildInputs(facts)).map(([name, value]) => [
          `LANDFALL_${name.replaceAll('-', '_').toUpperCase()}`,
          value,
        ]),
      ),
    },
  },
  phases: {
    build: {
      'on-failure': 'ABORT',
      commands: [
        'landfall pipeline',
        '. "$LANDFALL_ENV_FILE"',
        `landfall deploy-manifest --environment ${facts.environment} --image "$LANDFALL_OUT_IMAGE"`,
      ],
      finally: ['landfall clean-up'],
    },
  },
});
