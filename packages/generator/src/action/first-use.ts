import type { Definition } from '../definition/definition.ts';

/** A literal, or an output of an earlier operation. */
export type Value = string | { readonly from: string; readonly output: string };

/**
 * What a first use of an operation gives it, where its required inputs alone would be too little to learn from.
 * Names and literals are checked against the definition like everything else.
 */
const firstUses: Readonly<Record<string, Readonly<Record<string, Value>>>> = {
  pipeline: {
    repository: 'web',
    'task-definition': 'task-definition.json',
    'task-command': 'node migrate.js',
    cluster: 'production',
    service: 'web',
  },
  'image-metadata': { images: 'ghcr.io/acme/web' },
  'build-push': { registry: { from: 'ecr-login', output: 'registry' }, repository: 'web' },
  'render-image-definitions': { images: 'web=123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2' },
  'render-task-definition': {
    'task-definition': 'task-definition.json',
    images: 'web=123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2',
  },
  'run-task': {
    cluster: 'production',
    service: 'web',
    'task-definition': 'task-definition.json',
    command: 'node migrate.js',
  },
  'verify-service': { cluster: 'production', service: 'web', 'task-definition': 'task-definition.json' },
  'plan-service': { cluster: 'production', service: 'web', 'task-definition': 'task-definition.json' },
  'deploy-service': { cluster: 'production', service: 'web', 'task-definition': 'task-definition.json' },
  'deploy-express-service': {
    'service-name': 'web',
    image: { from: 'build-push', output: 'image' },
    'execution-role-arn': 'arn:aws:iam::123456789012:role/ecsTaskExecutionRole',
    'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/ecsInfrastructureRoleForExpressServices',
  },
};

export function firstUse({ name, inputs }: Definition): readonly (readonly [string, Value])[] {
  const chosen = firstUses[name];
  if (chosen) return Object.entries(chosen);
  return Object.entries(inputs)
    .filter(([, input]) => input.required)
    .map(([input, { example, choices }]) => [input, example ?? choices?.[0] ?? '']);
}

/** What is wrong with the first use of a definition: an input it does not have, or a literal it refuses. */
export function firstUseProblems(definition: Definition): readonly string[] {
  return firstUse(definition).flatMap(([name, value]) => {
    const input = definition.inputs[name];
    if (!input) return [`${definition.name}: the example gives ${name}, which is not an input`];
    const result = typeof value === 'string' ? input.parse(value) : undefined;
    return result && !result.ok ? [`${definition.name}: the example's ${name} ${result.problem}`] : [];
  });
}
