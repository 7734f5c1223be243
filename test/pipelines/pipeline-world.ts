/** An account on a sandbox, a checkout, and `landfall` on the PATH: what the wrappers of a CI host find. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';

export const cli = fileURLToPath(new URL('../../packages/app/src/bin.ts', import.meta.url));

export interface PipelineWorld extends AsyncDisposable {
  readonly sandbox: Sandbox;
  /** The checkout: a Dockerfile that needs no base image. */
  readonly source: string;
  /** A folder that comes first on the PATH. */
  readonly programs: string;
  readonly environment: Readonly<Record<string, string>>;
  addProgram(name: string, script: string): void;
  /** The image of the task definition that the service is on. */
  liveImage(): Promise<string | undefined>;
}

const container = (image: string) => ({
  name: 'web',
  image,
  memory: 128,
  essential: true,
  logConfiguration: {
    logDriver: 'awslogs',
    options: { 'awslogs-group': '/ecs/web', 'awslogs-region': 'eu-west-1', 'awslogs-stream-prefix': 'web' },
  },
});

export async function pipelineWorld(): Promise<PipelineWorld> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pipeline-'));
  const [source, programs] = [join(folder, 'source'), join(folder, 'programs')];
  for (const one of [source, programs]) mkdirSync(one);
  writeFileSync(join(source, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /Dockerfile\n');
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', seed: 1, region: 'eu-west-1' });
  await sandbox.dispatch('ecs', 'CreateCluster', { clusterName: 'main' });
  await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
  await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName: '/ecs/web' });
  await sandbox.dispatch('ecs', 'RegisterTaskDefinition', {
    family: 'web',
    networkMode: 'awsvpc',
    containerDefinitions: [container('example/web:1')],
  });
  await sandbox.dispatch('ecs', 'CreateService', {
    cluster: 'main',
    serviceName: 'web',
    taskDefinition: 'web',
    desiredCount: 1,
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-0a1'] } },
  });
  const addProgram = (name: string, script: string) => {
    writeFileSync(join(programs, name), script);
    chmodSync(join(programs, name), 0o755);
  };
  return {
    sandbox,
    source,
    programs,
    environment: {
      ...sandbox.environment(),
      PATH: `${programs}:${dirname(process.execPath)}:${process.env.PATH}`,
      NODE_NO_WARNINGS: '1',
    },
    addProgram,
    async liveImage() {
      const described = (await sandbox.dispatch('ecs', 'DescribeServices', {
        cluster: 'main',
        services: ['web'],
      })) as { services: { taskDefinition: string }[] };
      const { taskDefinition } = (await sandbox.dispatch('ecs', 'DescribeTaskDefinition', {
        taskDefinition: described.services[0]!.taskDefinition,
      })) as { taskDefinition: { containerDefinitions: { image: string }[] } };
      return taskDefinition.containerDefinitions[0]?.image;
    },
    async [Symbol.asyncDispose]() {
      await sandbox.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** `landfall`, as an installation would have put it there. */
export const landfallScript = `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`;
