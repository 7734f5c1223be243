/** Where a task definition comes from, told by how it is written. */
type TaskDefinitionSource =
  | { readonly kind: 'file'; readonly path: string }
  /** A family (its latest ACTIVE revision), family:revision, or ARN: already registered. */
  | { readonly kind: 'registered'; readonly name: string };

/** A path has a `/` or a file ending; everything else that is not an ARN is a family, with or without a revision. */
export const sourceOf = (text: string): TaskDefinitionSource =>
  !text.startsWith('arn:') && (text.includes('/') || /\.(?:json|ya?ml)$/i.test(text))
    ? { kind: 'file', path: text }
    : { kind: 'registered', name: text };
