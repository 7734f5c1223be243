import { type Input, snakeCase } from '@landfall/core/inputs/input';
import type { Definition } from '../definition/definition.ts';
import { yamlText } from '../writing/yaml-text.ts';
import { type Parameter, parameterOf } from './parameter.ts';

/** An operation as a step of the job: which of its inputs are the job's own parameters, and which are wired. */
interface JobStep {
  readonly operation: string;
  readonly parameters: readonly string[];
  /** Input → the parameter's own name, where the job cannot use the input's. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Those of them that the job cannot do without, although the operation can. */
  readonly required?: readonly string[];
  /** Input → text: an output of an earlier step, or a parameter of the job under another name. */
  readonly wired?: Readonly<Record<string, string>>;
  /** Taken only when this parameter of the job is not empty. */
  readonly unlessEmpty?: string;
}

/** Commit → image → migration → live service. */
const story: readonly JobStep[] = [
  { operation: 'ecr-login', parameters: ['region'] },
  {
    operation: 'build-push',
    parameters: [
      'repository',
      'context',
      'file',
      'target',
      'platforms',
      'tags',
      'skip-if-exists',
      'build-args',
      'secret-envs',
    ],
    renamed: { context: 'build_context' },
    required: ['repository'],
    wired: { registry: '$LANDFALL_OUT_REGISTRY' },
  },
  {
    operation: 'render-task-definition',
    parameters: ['task-definition', 'service', 'cluster', 'environment-variables', 'secrets-from'],
    required: ['service'],
    wired: { images: '<< parameters.container >>=$LANDFALL_OUT_IMAGE', region: '<< parameters.region >>' },
  },
  {
    operation: 'run-task',
    parameters: [],
    wired: {
      cluster: '<< parameters.cluster >>',
      service: '<< parameters.service >>',
      region: '<< parameters.region >>',
      'task-definition': '$LANDFALL_OUT_TASK_DEFINITION',
      container: '<< parameters.container >>',
      command: '<< parameters.migrate_command >>',
    },
    unlessEmpty: 'migrate_command',
  },
  {
    operation: 'deploy-service',
    parameters: ['wait-timeout', 'on-cancel'],
    wired: {
      cluster: '<< parameters.cluster >>',
      service: '<< parameters.service >>',
      region: '<< parameters.region >>',
      'task-definition': '$LANDFALL_OUT_TASK_DEFINITION',
    },
  },
];

/** The parameters that no operation has. */
const ownParameters: Readonly<Record<string, Parameter>> = {
  executor: {
    type: 'executor',
    default: 'machine',
    description: 'Where the job runs; it needs a Docker engine.',
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
  container: {
    type: 'string',
    description: 'The container of the task definition that runs the built image.',
  },
  migrate_command: {
    type: 'string',
    default: '',
    description:
      'A command to run as a one-off task with the new version before it is deployed. Empty: none.',
  },
};

/** `jobs/deploy.yml`: the whole pipeline as one job, of those operations that are given. */
export function deployJob(definitions: readonly Definition[]): string {
  const byName = new Map(definitions.map((definition) => [definition.name, definition]));
  const steps = story.filter(({ operation }) => byName.has(operation));
  const parameters: Record<string, Parameter> = { ...ownParameters };
  for (const step of steps) {
    for (const name of step.parameters) {
      const input = inputOf(byName, step.operation, name);
      parameters[parameterName(step, name)] = parameterOf(
        step.required?.includes(name) ? { ...input, required: true } : input,
      );
    }
  }
  const taken = Object.keys(parameters).find((name) => workflowKeys.has(name));
  if (taken !== undefined)
    throw new Error(`the job deploy cannot have a parameter ${taken}: a workflow says that of any job`);
  return yamlText(
    {
      description:
        'Deploy the checked-out commit: log in, build and push the image, render the task definition, run the migration, deploy, and follow the deployment until it is live or has failed.',
      executor: '<< parameters.executor >>',
      parameters,
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
        ...steps.map((step) => commandStep(step, byName)),
        'clean_up',
      ],
    },
    'packages/generator/src/orb/deploy-job.ts',
  );
}

function commandStep(step: JobStep, byName: ReadonlyMap<string, Definition>) {
  const wired = Object.entries(step.wired ?? {}).map(([name, text]) => {
    inputOf(byName, step.operation, name);
    return [snakeCase(name), text] as const;
  });
  const passed = step.parameters.map(
    (name) => [snakeCase(name), `<< parameters.${parameterName(step, name)} >>`] as const,
  );
  const command = { [snakeCase(step.operation)]: Object.fromEntries([...passed, ...wired]) };
  return step.unlessEmpty
    ? { when: { condition: `<< parameters.${step.unlessEmpty} >>`, steps: [command] } }
    : command;
}

const parameterName = ({ renamed }: JobStep, input: string) => renamed?.[input] ?? snakeCase(input);

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

function inputOf(byName: ReadonlyMap<string, Definition>, operation: string, name: string): Input<unknown> {
  const input = byName.get(operation)?.inputs[name];
  if (!input) throw new Error(`the job deploy passes ${name} to ${operation}, which has no such input`);
  return input;
}
