import { AwsFault } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import type { Repository } from '../../registry/storage/repository.ts';
import { type EcrParts, findRepository, invalidParameter } from './ecr-parts.ts';

const head = (repository: Repository) => ({
  registryId: repository.accountId,
  repositoryName: repository.name,
});

type Operation = OperationOf<EcrParts>;

const PutLifecyclePolicy: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  checkLifecycle(input.lifecyclePolicyText);
  repository.lifecyclePolicy = input.lifecyclePolicyText;
  parts.changed();
  return { ...head(repository), lifecyclePolicyText: repository.lifecyclePolicy };
};

const GetLifecyclePolicy: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  return {
    ...head(repository),
    lifecyclePolicyText: lifecycleOf(repository),
    lastEvaluatedAt: new Date(0),
  };
};

const DeleteLifecyclePolicy: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const lifecyclePolicyText = lifecycleOf(repository);
  delete repository.lifecyclePolicy;
  parts.changed();
  return { ...head(repository), lifecyclePolicyText, lastEvaluatedAt: new Date(0) };
};

const SetRepositoryPolicy: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const document = parse(input.policyText);
  if (!document || !('Statement' in document)) {
    throw invalidParameter('PolicyText', 'Invalid repository policy provided');
  }
  repository.policy = withPrincipalsOf(input.policyText, context.caller.partition);
  parts.changed();
  return { ...head(repository), policyText: repository.policy };
};

const GetRepositoryPolicy: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  return { ...head(repository), policyText: policyOf(repository) };
};

const DeleteRepositoryPolicy: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const policyText = policyOf(repository);
  delete repository.policy;
  parts.changed();
  return { ...head(repository), policyText };
};

/** Lifecycle and repository policies are kept and shown; the sandbox neither expires images nor shares across accounts. */
export const policyHandlers = (parts: EcrParts) =>
  handlersOf(parts, {
    PutLifecyclePolicy,
    GetLifecyclePolicy,
    DeleteLifecyclePolicy,
    SetRepositoryPolicy,
    GetRepositoryPolicy,
    DeleteRepositoryPolicy,
  });

function lifecycleOf(repository: Repository): string {
  if (repository.lifecyclePolicy !== undefined) return repository.lifecyclePolicy;
  throw new AwsFault(
    'LifecyclePolicyNotFoundException',
    `Lifecycle policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.accountId}'`,
  );
}

function policyOf(repository: Repository): string {
  if (repository.policy !== undefined) return repository.policy;
  throw new AwsFault(
    'RepositoryPolicyNotFoundException',
    `Repository policy does not exist for the repository with name '${repository.name}' in the registry with id '${repository.accountId}'`,
  );
}

/** As ECR shows a policy: accounts by the ARN of their root, principals in no order that was given. */
function withPrincipalsOf(text: string, partition: string): string {
  return JSON.stringify(JSON.parse(text), (key, value) => {
    if (key !== 'AWS') return value;
    const arns = [value]
      .flat()
      .map((one) => (/^\d{12}$/.test(one) ? `arn:${partition}:iam::${one}:root` : one));
    return Array.isArray(value) ? arns.reverse() : arns[0];
  });
}

function parse(text: unknown): Record<string, unknown> | undefined {
  try {
    const value = JSON.parse(String(text));
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The rules of a lifecycle policy that a typing mistake breaks. */
function checkLifecycle(text: unknown): void {
  const refuse = (reason: string) =>
    invalidParameter('LifecyclePolicyText', `Lifecycle policy validation failure: ${reason}`);
  const rules = parse(text)?.rules;
  if (!Array.isArray(rules) || rules.length === 0)
    throw refuse('object has missing required properties (["rules"])');
  const priorities = new Set<unknown>();
  for (const rule of rules) {
    if (!Number.isInteger(rule?.rulePriority) || rule.rulePriority < 1)
      throw refuse('rulePriority must be a positive integer');
    if (priorities.has(rule.rulePriority)) throw refuse(`rulePriority ${rule.rulePriority} is used twice`);
    priorities.add(rule.rulePriority);
    const { tagStatus, countType, countNumber, countUnit } = rule.selection ?? {};
    if (!['tagged', 'untagged', 'any'].includes(tagStatus))
      throw refuse('tagStatus must be one of tagged, untagged, any');
    if (typeof countType !== 'string') throw refuse('object has missing required properties (["countType"])');
    if (!Number.isInteger(countNumber) || countNumber < 1)
      throw refuse('countNumber must be a positive integer');
    if (countType.startsWith('since') && countUnit !== 'days')
      throw refuse(`countUnit must be days with countType ${countType}`);
    if (typeof rule.action?.type !== 'string')
      throw refuse('object has missing required properties (["action"])');
  }
}
