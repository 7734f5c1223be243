import { afterAll, beforeAll } from '@jest/globals';
import { type Sandbox, startSandbox } from '@landfall/sandbox/sandbox';
import { builtAction } from '../../runner/built-actions.ts';
import type { StepOptions } from '../../runner/github-runner.ts';
import { describeUnless } from '../../runner/requirements.ts';
import { type ImageJob, type ImageJobOptions, imageJob } from '../jobs/image-job.ts';
import { type BuildKit, noBuildx, ownBuilder, startBuildKit } from './machine.ts';

interface BuildxJob extends ImageJob {
  /** What its login gave: the sandbox's registry. */
  readonly registry: string;
  /** build-push by the BuildKit of the tests, into the registry. */
  build(inputs: Readonly<Record<string, string>>, options?: StepOptions): ReturnType<ImageJob['step']>;
}

interface Bench {
  readonly sandbox: Sandbox;
  /** A job that is logged in, with buildx in its user's Docker configuration and a BuildKit of this test file. */
  job(options?: Omit<ImageJobOptions, 'sandbox'>): Promise<BuildxJob>;
  /** Forgets what was built. */
  forget(job: ImageJob): void;
}

/** Scenarios of the built actions with buildx and BuildKit; `repositories` are made before. */
export const onBuildx = (
  title: string,
  repositories: readonly string[],
  scenarios: (bench: () => Bench) => void,
) =>
  describeUnless(noBuildx)(title, () => {
    let buildKit: BuildKit | undefined;
    let sandbox: Sandbox | undefined;
    beforeAll(() => void builtAction('build-push'), 10 * 60_000);
    beforeAll(async () => {
      buildKit = await startBuildKit();
      sandbox = await startSandbox({ enforce: true });
      for (const repositoryName of repositories)
        await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName });
    });
    afterAll(async () => {
      await sandbox?.close();
      await buildKit?.[Symbol.asyncDispose]();
    });
    scenarios(() => ({
      sandbox: sandbox!,
      async job(options = {}) {
        const job = imageJob({ ...options, sandbox: sandbox! });
        buildKit!.addTo(job.userConfig);
        const registry = (await job.step('ecr-login')).outputs.registry!;
        const build: BuildxJob['build'] = (inputs, options) =>
          job.step('build-push', { registry, builder: ownBuilder, ...inputs }, options);
        return { ...job, registry, build };
      },
      forget: (job) => buildKit!.forget(job.userConfig),
    }));
  });
