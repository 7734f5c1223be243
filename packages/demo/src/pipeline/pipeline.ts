import type { OperationName } from '@landfall/core/operations/index';
import type { RunRecord } from '@landfall/core/record/run-record';
import { type Account, names, securityGroups, subnets } from '../account/account.ts';
import type { BreakMode } from '../application/changes.ts';
import type { Commit } from '../application/checkout.ts';
import type { Page } from '../page/page.ts';
import { artifacts } from '../report/write-report.ts';
import type { Job, StepInputs } from './job.ts';

export interface Release {
  readonly version: string;
  readonly commit: Commit;
  /** The base of the image: `scratch`, or an official image. */
  readonly base: string;
  /** The first release creates the service; the second one changes it. */
  readonly isFirst: boolean;
  /** `image` is a mistake in the pipeline itself, so it is made here. */
  readonly break?: BreakMode | undefined;
}

interface PipelineOptions {
  readonly account: Account;
  readonly job: Job;
  readonly page: Page;
  /** Told of each step as it ends. */
  readonly onStep: (result: RunRecord) => void;
}

const rendered = `artifacts/${artifacts.taskDefinition}`;
const place = { cluster: names.cluster, service: names.service };
const network = { subnets: subnets.join(','), 'security-groups': securityGroups.join(',') };

/** From a commit to a verdict. Stops at the first step that is not green, and returns the last one. */
export async function runPipeline(release: Release, options: PipelineOptions): Promise<RunRecord> {
  const { account, job, page } = options;
  const step = async (operation: OperationName, inputs: StepInputs): Promise<RunRecord> => {
    const result = await job.run(operation, inputs);
    options.onStep(result);
    return result;
  };

  const login = await step('ecr-login', {});
  if (!login.ok) return login;

  const build = await step('build-push', {
    registry: login.outputs.registry,
    repository: names.repository,
    tags: `sha\n${release.version}`,
    'build-args': `COMMIT=${release.commit.sha.slice(0, 7)}\nBASE=${release.base}`,
  });
  if (!build.ok) return build;

  const pushed = `${names.container}=${build.outputs.image}`;
  const images = await step('render-image-definitions', {
    images: pushed,
    'output-folder': 'artifacts',
  });
  if (!images.ok) return images;

  const render = (image: string) =>
    step('render-task-definition', {
      'task-definition': 'task-definition.json',
      ...(!release.isFirst && place),
      images: image,
      'secrets-from': names.secret,
      'output-file': rendered,
    });
  const taskDefinition = await render(pushed);
  if (!taskDefinition.ok) return taskDefinition;

  const migration = await step('run-task', {
    ...(release.isFirst ? { cluster: names.cluster, 'launch-type': 'FARGATE', ...network } : place),
    'task-definition': rendered,
    command: 'migrate.js',
  });
  if (!migration.ok) return migration;

  if (release.break === 'image') {
    page.say('Now the mistake: the deploy job names a tag that was never pushed.');
    const mistaken = await render(
      `${names.container}=${account.registry}/${names.repository}:${release.version}-rc`,
    );
    if (!mistaken.ok) return mistaken;
  }
  if (release.isFirst) {
    page.say(
      `Infrastructure as code creates the service with ${names.desiredCount} tasks; the pipeline adopts it.`,
    );
    await account.createService('web');
  }
  return await step('deploy-service', { ...place, 'task-definition': rendered });
}
