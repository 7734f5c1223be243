import type { InputOf } from './call/call-table.ts';
import type { Send } from './call/open-api.ts';

/** The SDK's command of each operation of an API. */
export type Commands<Api> = {
  readonly [Method in keyof Api & string as Capitalize<Method>]: new (
    input: InputOf<Api[Method]>,
  ) => object;
};

/** Sends by a client of the SDK, with the SDK's own retries taken out. */
export function sdkSend(client: Client, commands: Readonly<Record<string, Constructor>>): Send {
  const leaving = new WeakMap<object, () => void>();
  // Replaces the SDK's own retries, under their name, because the signing step is placed relative to it.
  client.middlewareStack.add((next) => next, {
    step: 'finalizeRequest',
    priority: 'high',
    name: 'retryMiddleware',
    override: true,
  });
  client.middlewareStack.add(
    (next) => (request) => {
      leaving.get(request.input)?.();
      return next(request);
    },
    // The last step before the wire: signed, resolved, about to leave.
    { step: 'deserialize', priority: 'low', name: 'landfallLeaving' },
  );
  return (operation, input, abortSignal, onSent) => {
    // A copy of its own, by which the middleware knows the attempt.
    const copy = { ...input };
    leaving.set(copy, onSent);
    return client.send(new commands[operation]!(copy), { abortSignal });
  };
}

// biome-ignore lint/suspicious/noExplicitAny: each command types its input
type Constructor = new (input: any) => object;

/** What we use of a client of the SDK, whichever it is. */
interface Client {
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each client types its middleware by its own inputs and outputs
    add(middleware: (next: any) => (request: { input: any }) => any, options: any): void;
  };
  // biome-ignore lint/suspicious/noExplicitAny: each client types its commands
  send(command: any, options: { abortSignal: AbortSignal }): Promise<unknown>;
}
