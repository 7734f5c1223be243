import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One job of a GitHub runner: folders and files that its steps share. */
export interface Job {
  readonly workspace: string;
  readonly temp: string;
  /** The environment of a step, with its inputs as the runner hands them over. */
  step(inputs: Readonly<Record<string, string>>): Promise<Record<string, string>>;
}

const commandFiles = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY'] as const;

/** A fresh job: an empty RUNNER_TEMP (so nothing is cached) and a workspace. */
export async function startJob(scratch: string, endpoint: string): Promise<Job> {
  const folder = await mkdtemp(join(scratch, 'job-'));
  const [workspace, temp] = [join(folder, 'workspace'), join(folder, 'temp')];
  await Promise.all([mkdir(workspace), mkdir(temp)]);
  let steps = 0;
  return {
    workspace,
    temp,
    async step(inputs) {
      steps += 1;
      const files = commandFiles.map((name) => [`GITHUB_${name}`, join(folder, `${name}-${steps}`)] as const);
      await Promise.all(files.map(([, file]) => writeFile(file, '')));
      return {
        PATH: process.env.PATH ?? '',
        HOME: folder,
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITHUB_WORKSPACE: workspace,
        GITHUB_REPOSITORY: 'example/web',
        GITHUB_SERVER_URL: 'https://github.com',
        GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
        GITHUB_REF: 'refs/heads/main',
        GITHUB_REF_NAME: 'main',
        GITHUB_REF_TYPE: 'branch',
        GITHUB_EVENT_NAME: 'push',
        GITHUB_RUN_ID: '1',
        GITHUB_RUN_NUMBER: '1',
        GITHUB_RUN_ATTEMPT: '1',
        GITHUB_JOB: 'bench',
        RUNNER_TEMP: temp,
        ...Object.fromEntries(files),
        AWS_REGION: 'eu-west-1',
        AWS_DEFAULT_REGION: 'eu-west-1',
        AWS_ACCESS_KEY_ID: 'AKIABENCHBENCHBENCH0',
        AWS_SECRET_ACCESS_KEY: 'bench',
        AWS_ENDPOINT_URL: endpoint,
        ...Object.fromEntries(
          Object.entries(inputs).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
        ),
      };
    },
  };
}
