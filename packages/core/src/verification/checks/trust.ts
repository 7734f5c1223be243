import { isObject } from '../../documents/canonical.ts';
import { asList } from '../../task-definition/parse/plain.ts';

const list = (value: unknown): unknown[] =>
  Array.isArray(value) ? value : value === undefined ? [] : [value];

/**
 * Whether a trust policy lets ECS tasks assume the role. IAM answers the document URL-encoded. Conditions are not
 * judged: a statement that has one counts as allowing.
 */
export function trustsTasks(document: string): boolean {
  let policy: unknown;
  try {
    policy = JSON.parse(document.startsWith('%') ? decodeURIComponent(document) : document);
  } catch {
    // A document that is no JSON allows nothing.
    return false;
  }
  const statements = isObject(policy) ? list(policy.Statement) : [];
  return statements.some((one) => {
    if (!isObject(one) || one.Effect !== 'Allow') return false;
    const principal = one.Principal;
    const services = isObject(principal) ? asList(list(principal.Service)) : [];
    const acts = list(one.Action).some((action) => ['sts:AssumeRole', 'sts:*', '*'].includes(String(action)));
    return acts && (principal === '*' || services.some((service) => service === 'ecs-tasks.amazonaws.com'));
  });
}
