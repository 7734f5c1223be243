import { policyOf } from '@landfall/core/operation/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';

/**
 * `landfall iam-policy <operation>`: the policy the operation needs, as JSON. What is known of the account and of
 * the inputs is filled in; the rest becomes `*`, because a `${…}` would be a variable of IAM's own.
 */
export function iamPolicy(operation: Operation, known: ReadonlyMap<string, string>): string {
  const fill = (text: string) =>
    text.replace(/\$\{([^}]+)\}/g, (_, name: string) => known.get(name.toLowerCase()) ?? '*');
  const filled = operation.permissions.map(({ condition, ...permission }) => ({
    ...permission,
    resource: fill(permission.resource),
    ...(condition && { condition: mapValues(condition, (keys) => mapValues(keys, fill)) }),
  }));
  return `${JSON.stringify(policyOf(filled), null, 2)}\n`;
}

const mapValues = <From, To>(
  object: Readonly<Record<string, From>>,
  change: (value: From) => To,
): Record<string, To> =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
