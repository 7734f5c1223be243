import type { DescribeRepositoriesResponse } from '@aws-sdk/client-ecr';
import { ensureRepository } from '@landfall/core/operations/ensure-repository';
import { runReported } from '@landfall/report/run-reported';
import type { Sandbox } from '@landfall/sandbox/sandbox';
import { type AwsWorldOptions, awsWorld } from './aws-world.ts';

export const ensureRepositoryIn = async (
  sandbox: Sandbox,
  inputs: Record<string, string>,
  options: AwsWorldOptions = {},
) => runReported(ensureRepository, await awsWorld(sandbox, { inputs, ...options }));

export const repositoryNamed = async (sandbox: Sandbox, repository: string) => {
  const { repositories } = (await sandbox.dispatch('ecr', 'DescribeRepositories', {
    repositoryNames: [repository],
  })) as DescribeRepositoriesResponse;
  const read = async (operation: string, member: string) => {
    const answer = await sandbox.dispatch('ecr', operation, { repositoryName: repository });
    return JSON.parse((answer as Record<string, string>)[member]!);
  };
  return {
    ...repositories![0]!,
    lifecycle: () => read('GetLifecyclePolicy', 'lifecyclePolicyText'),
    policy: () => read('GetRepositoryPolicy', 'policyText'),
  };
};
