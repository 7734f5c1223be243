import { type Authorization, AwsFault } from '../protocol/aws-service.ts';
import { evaluate, type Question } from './evaluate.ts';
import type { Principal } from './principals.ts';

/** Throws AccessDeniedException, in IAM's words, for the first thing the principal's policies do not allow. */
export function permit(principal: Principal, action: string, authorization: Authorization): void {
  if (!principal.policies) return;
  const conditions = authorization.conditions ?? {};
  const questions: Question[] = [
    ...authorization.resources.map((resource) => ({
      action: authorization.action ?? action,
      resource,
      conditions,
    })),
    ...(authorization.also ?? []).map((other) => ({
      action: other.action,
      resource: other.resource,
      conditions: other.conditions ?? {},
    })),
  ];
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
