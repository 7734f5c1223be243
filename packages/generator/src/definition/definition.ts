import type { Operation } from '@landfall/core/operation/operation';

/** What the wrappers need to know of an operation; the part that runs is none of their business. */
export type Definition = Pick<
  Operation,
  'name' | 'title' | 'description' | 'promises' | 'inputs' | 'outputs' | 'permissions' | 'errors' | 'branding'
> & { readonly cleanUp?: Operation['cleanUp'] };

/** Where a file that was generated from a definition came from, for its first line. */
export const sourceOf = (name: string) => `packages/core/src/operations/${name}.ts`;
