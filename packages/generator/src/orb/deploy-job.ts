import { snakeCase } from '@landfall/core/inputs/input';
import type { Definition } from '../definition/definition.ts';
import { yamlText } from '../writing/yaml-text.ts';
import { type Parameter, parameterOf } from './parameter.ts';

/** The parameters that no operation has. */
const ownParameters: Readonly<Record<string, Parameter>> = {
  executor: {
    type: 'executor',
    default: 'machine',
    description: 'Where the job runs; a build needs a Docker engine.',
  },
  auth: {
    type: 'steps',
    default: [],
    description: 'Steps that configure AWS credentials, like `aws-cli/setup`.',
  },
  version: { type: 'string', default: '', description: 'The released version of Landfall to install.' },
  sha256: {
    type: 'string',
    default: '',
    description: "The SHA-256 of that version's archive, 64 hex digits.",
  },
  path: {
    type: 'string',
    default: '',
    description: 'A directory or archive of the CLI to use instead of a download.',
  },
};

/** Input → the job's own name for it, where a workflow says that of any job. */
const renamed: Readonly<Record<string, string>> = { context: 'build_context' };

/** `jobs/deploy.yml`: `pipeline` as a job, which checks out before it and logs out after it. */
export function deployJob({ inputs, description }: Definition): string {
  const passed = Object.entries(inputs).map(([name, input]) => ({
    input,
    name: snakeCase(name),
    parameter: renamed[name] ?? snakeCase(name),
  }));
  const taken = passed.find(({ parameter }) => workflowKeys.has(parameter) || parameter in ownParameters);
  if (taken) throw new Error(`the job deploy cannot have a parameter ${taken.parameter}: the name is taken`);
  return yamlText(
    {
      description: `Deploys the checked-out commit. ${description}`,
      executor: '<< parameters.executor >>',
      parameters: {
        ...ownParameters,
        ...Object.fromEntries(passed.map(({ parameter, input }) => [parameter, parameterOf(input)])),
      },
      steps: [
        'checkout',
        { steps: '<< parameters.auth >>' },
        {
          install: {
            version: '<< parameters.version >>',
            sha256: '<< parameters.sha256 >>',
            path: '<< parameters.path >>',
          },
        },
        {
          pipeline: Object.fromEntries(
            passed.map(({ name, parameter }) => [name, `<< parameters.${parameter} >>`]),
          ),
        },
        'clean_up',
      ],
    },
    'packages/generator/src/orb/deploy-job.ts',
  );
}

/**
 * What a workflow may say of any job stands on the same lines as its parameters.
 * https://circleci.com/docs/reference/configuration-reference/#jobs-in-workflow
 */
export const workflowKeys: ReadonlySet<string> = new Set([
  'name',
  'context',
  'requires',
  'filters',
  'matrix',
  'pre-steps',
  'post-steps',
  'type',
  'serial-group',
  'override-with',
]);
