export type SecretLookup =
  | { readonly kind: 'found'; readonly value: string }
  | {
      readonly kind: 'missing';
      /** Where it was looked for, by the name that the ECS agent has for it: Secrets Manager or Parameter Store. */
      readonly from: 'asm' | 'ssm';
      /** What that store, or the agent, says of it. */
      readonly detail: string;
    };

/** Secrets Manager and Parameter Store as ECS reads them. */
export interface SecretStore {
  /**
   * The value that a container definition's `valueFrom` names: the ARN of a secret (with or without the six random
   * characters), and after it optionally `:json-key:version-stage:version-id`, each of which may be empty; or the ARN
   * or the name of a parameter.
   */
  lookup(valueFrom: string): SecretLookup;
}
