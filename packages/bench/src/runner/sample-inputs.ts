import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The least that brings each operation to its first AWS request. Operations that are not here send none. */
export const sampleInputs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'ecr-login': {},
  'render-task-definition': { 'task-definition-family': 'web', images: 'web=example.com/web:1' },
  'run-task': { cluster: 'main', service: 'web', 'task-definition': 'web' },
  'deploy-service': { cluster: 'main', service: 'web', 'task-definition': 'task-definition.json' },
  'ensure-repository': { repository: 'web' },
  'scan-gate': { image: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1' },
};

/** For an action that is not ours: a value for each input it has and needs. */
export const commonInputs: Readonly<Record<string, string>> = {
  cluster: 'main',
  service: 'web',
  'task-definition': 'task-definition.json',
};

/** The file that the inputs name. */
export const writeSampleFiles = (workspace: string) =>
  writeFile(
    join(workspace, 'task-definition.json'),
    JSON.stringify({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ name: 'web', image: 'example.com/web:1', essential: true }],
    }),
  );
