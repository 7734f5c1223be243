import { type Authorization, AwsFault } from '../api/aws-service.ts';
import { type Circumstances, contextOf, requestTags, resourceTags } from './context.ts';
import { evaluate, type Question } from './evaluate.ts';
import type { Principal } from './principals.ts';

export interface Request extends Circumstances {
  readonly input: unknown;
  /** The tags of a resource, where there are any. */
  tagsOf?(resource: string): Readonly<Record<string, string>> | undefined;
}

/** Everything that IAM is asked before a request is served, in order. */
export function questionsOf(
  principal: Principal,
  action: string,
  authorization: Authorization,
  { input, tagsOf, ...circumstances }: Request,
): readonly Question[] {
  const context = contextOf(principal, circumstances);
  const about = (resource: string) => ({
    'aws:ResourceAccount': resource.split(':')[4] || principal.accountId,
    ...resourceTags(tagsOf?.(resource) ?? {}),
  });
  const tags = requestTags(input);
  return [
    ...authorization.resources.map((resource) => ({
      action: authorization.action ?? action,
      resource,
      conditions: { ...context, ...tags, ...about(resource), ...authorization.conditions },
    })),
    ...(authorization.also ?? []).map(({ action: other, resource, conditions }) => ({
      action: other,
      resource,
      conditions: {
        ...context,
        ...(other.endsWith(':TagResource') && tags),
        ...about(resource),
        ...conditions,
      },
    })),
  ];
}

/** Throws AccessDeniedException, in IAM's words, for the first thing the principal's policies do not allow. */
export function permit(principal: Principal, questions: readonly Question[]): void {
  if (!principal.policies) return;
  for (const question of questions) {
    const decision = evaluate(principal.policies, question);
    if (decision === 'allowed') continue;
    const because =
      decision === 'explicit-deny'
        ? 'with an explicit deny in an identity-based policy'
        : `because no identity-based policy allows the ${question.action} action`;
    throw new AwsFault(
      'AccessDeniedException',
      `User: ${principal.arn} is not authorized to perform: ${question.action} on resource: ${question.resource} ${because}`,
    );
  }
}
