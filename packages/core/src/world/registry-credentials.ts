export type Credentials =
  | { readonly kind: 'password'; readonly username: string; readonly password: string }
  /** An OAuth 2 refresh token, from a registry with a token server. */
  | { readonly kind: 'identity-token'; readonly token: string };

/** Where the client of registries gets its logins, and what keeps them out of its errors. */
export interface RegistryCredentials {
  /** The login for a registry, by its host; undefined where there is none. */
  find(registry: string): Promise<Credentials | undefined>;
  readonly hidden: HiddenCredentials;
}

/** Forms of credentials that a server or a program may echo, and what is printed instead. */
export interface HiddenCredentials {
  addPassword(username: string, password: string): void;
  /** A token of any kind. */
  addToken(token: string): void;
  hide(text: string): string;
  /** The same error without them: whatever a server said may be in its words, facts and causes. */
  hideIn(thrown: unknown): unknown;
}
