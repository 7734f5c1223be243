/**
 * The SDK sends and returns only the members that its version of the API has: a field that is newer than the SDK
 * is lost on its way out and on its way in. For the operations named here it goes through, at every depth: what
 * the input has and the serialised body lacks is put into the body, and what the raw answer has and the parsed
 * one lacks is put into the output.
 *
 * Lists are merged by position, and only when both have the same length: the SDK drops empty items.
 */
export function keepUnknownFields(client: Client, operations: ReadonlySet<string>): void {
  const collected = new WeakMap<object, Uint8Array>();
  const collect = client.config.streamCollector;
  // The deserialiser reads the body through this, so the bytes are at hand without reading the stream a second time.
  client.config.streamCollector = async (stream) => {
    const bytes = await collect(stream);
    if (typeof stream === 'object' && stream !== null) collected.set(stream, bytes);
    return bytes;
  };
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (operations.has(operationOf(commandName)) && args.request?.body) {
          args.request.body = JSON.stringify(withUnknown(JSON.parse(textOf(args.request.body)), args.input));
        }
        return next(args);
      },
    // After the serialiser, and before the length and the hash of the body are taken.
    { step: 'serialize', priority: 'low', name: 'landfallUnknownFieldsOut' },
  );
  client.middlewareStack.add(
    (next, { commandName }) =>
      async (args) => {
        const answered = await next(args);
        const bytes = operations.has(operationOf(commandName))
          ? collected.get(answered.response?.body)
          : undefined;
        if (bytes && bytes.length > 0) {
          answered.output = withUnknown(answered.output, JSON.parse(textOf(bytes)));
        }
        return answered;
      },
    // Around the deserialiser.
    { step: 'deserialize', priority: 'high', name: 'landfallUnknownFieldsIn' },
  );
}

/** `known` with every member that only `all` has. Changes nothing that `known` says. */
export function withUnknown(known: unknown, all: unknown): unknown {
  if (Array.isArray(known) && Array.isArray(all)) {
    return known.length === all.length ? known.map((one, index) => withUnknown(one, all[index])) : known;
  }
  if (!isObject(known) || !isObject(all)) return known;
  const merged: Record<string, unknown> = { ...known };
  for (const [key, value] of Object.entries(all)) {
    // An own `__proto__` out of JSON would change the object's prototype.
    if (value === undefined || value === null || key === '__proto__') continue;
    merged[key] =
      Object.hasOwn(known, key) && known[key] !== undefined ? withUnknown(known[key], value) : value;
  }
  return merged;
}

const textOf = (body: string | Uint8Array) =>
  typeof body === 'string' ? body : new TextDecoder().decode(body);

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' &&
  value !== null &&
  [Object.prototype, null].includes(Object.getPrototypeOf(value));

const operationOf = (command: string | undefined) => (command ?? '').replace(/Command$/, '');

/** What we use of a client of the SDK. */
interface Client {
  // biome-ignore lint/suspicious/noExplicitAny: the SDK types a stream by its platform
  readonly config: { streamCollector: (stream: any) => Promise<Uint8Array> };
  readonly middlewareStack: {
    // biome-ignore lint/suspicious/noExplicitAny: each client types its middleware by its own inputs and outputs
    add(middleware: (next: any, context: { commandName?: string }) => (args: any) => any, options: any): void;
  };
}
