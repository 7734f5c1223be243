export type SecretLookup =
  | { readonly kind: 'found'; readonly value: string }
  /** `message` is what Secrets Manager, or the ECS agent, says of it. `code` is the API's error name. */
  | { readonly kind: 'missing'; readonly code: string; readonly message: string };

/** Secrets Manager as ECS reads it. */
export interface SecretStore {
  /**
   * The value that a container definition's `valueFrom` names: a secret's name or ARN (with or without the six
   * random characters), and after it optionally `:json-key:version-stage:version-id`, each of which may be empty.
   */
  lookup(valueFrom: string): SecretLookup;
}
