import { policyOf } from '@landfall/core/operation/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';

/**
 * `landfall iam-policy <operation>`: the policy the operation needs, as JSON. What is known of the account and of
 * the inputs is filled in; the rest becomes `*`, because a `${…}` would be a variable of IAM's own.
 */
export function iamPolicy(operation: Operation, known: ReadonlyMap<string, string>): string {
  const filled = operation.permissions.map((permission) => ({
    ...permission,
    resource: permission.resource.replace(
      /\$\{([^}]+)\}/g,
      (_, name: string) => known.get(name.toLowerCase()) ?? '*',
    ),
  }));
  return `${JSON.stringify(policyOf(filled), null, 2)}\n`;
}
