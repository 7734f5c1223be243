import type { Handler, RequestContext } from './aws-service.ts';

/** What an operation does, given what its service is made of. */
export type OperationOf<Parts> = (
  parts: Parts,
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  input: any,
  context: RequestContext,
) => unknown | Promise<unknown>;

/** The handlers of operations that all work with the same parts. */
export const handlersOf = <Parts>(
  parts: Parts,
  operations: Readonly<Record<string, OperationOf<Parts>>>,
): Readonly<Record<string, Handler>> =>
  Object.fromEntries(
    Object.entries(operations).map(([name, operation]): [string, Handler] => [
      name,
      (input, context) => operation(parts, input, context),
    ]),
  );
