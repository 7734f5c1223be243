import type { ApiModel, OperationModel, Shape } from '@landfall/sandbox/models/model';

/** As much as is read of botocore's `service-2.json`. */
export interface ServiceModel {
  readonly metadata: { readonly apiVersion: string };
  readonly operations: Readonly<
    Record<
      string,
      { readonly input?: { readonly shape: string }; readonly errors?: readonly { readonly shape: string }[] }
    >
  >;
  readonly shapes: Readonly<Record<string, ServiceShape>>;
}

interface ServiceShape {
  readonly type: string;
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly required?: readonly string[];
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly min?: number;
  readonly max?: number;
  readonly sensitive?: true;
  /** The name of an error, where the protocol has another one than the shape. */
  readonly error?: { readonly code?: string };
}

const scalars: Readonly<Record<string, string>> = {
  string: 's',
  blob: 's',
  character: 's',
  boolean: 'b',
  integer: 'n',
  long: 'n',
  float: 'n',
  double: 'n',
  timestamp: 'n',
};

/** The requests of these operations, with all that they are made of, in the order of their names. */
export function extract(model: ServiceModel, source: string, operations: readonly string[]): ApiModel {
  const shapes = new Map<string, Shape>();

  /** Takes the shape in, and returns the name that members call it by. */
  const take = (name: string): string => {
    const { type, min, max, pattern, enum: values, sensitive, ...shape } = model.shapes[name]!;
    if (shapes.has(name)) return name;
    // A blob's bounds count bytes, and its text is base64.
    const bounds = type === 'blob' ? {} : dropAbsent({ enum: values, pattern, min, max });
    const scalar = scalars[type];
    if (scalar !== undefined) {
      if (Object.keys(bounds).length === 0) return scalar;
      shapes.set(name, { type: scalar as 's' | 'n', ...bounds, ...dropAbsent({ sensitive }) });
    } else if (type === 'list') {
      shapes.set(name, {});
      shapes.set(name, { list: take(shape.member!.shape), ...bounds });
    } else if (type === 'map') {
      shapes.set(name, {});
      shapes.set(name, { map: [take(shape.key!.shape), take(shape.value!.shape)], ...bounds });
    } else if (type === 'structure') {
      shapes.set(name, {});
      const members = Object.entries(shape.members ?? {}).map(([key, member]) => [key, take(member.shape)]);
      shapes.set(name, dropAbsent({ members: Object.fromEntries(members), required: shape.required }));
    } else throw new Error(`${source}: the shape ${name} is of the type ${type}, which nothing here knows.`);
    return name;
  };

  const found = operations.map((name): [string, OperationModel] => {
    const { input, errors = [] } = model.operations[name]!;
    const names = errors.map(({ shape }) => model.shapes[shape]?.error?.code ?? shape);
    if (input) take(input.shape);
    return [
      name,
      dropAbsent({ input: input?.shape, errors: names.length > 0 ? [...names].sort() : undefined }),
    ];
  });
  return { source, operations: sorted(found), shapes: sorted([...shapes]) };
}

const sorted = <Value>(entries: readonly (readonly [string, Value])[]): Readonly<Record<string, Value>> =>
  Object.fromEntries([...entries].sort(([one], [other]) => (one < other ? -1 : 1)));

const dropAbsent = <Value extends object>(
  value: Value,
): { [Key in keyof Value]: Exclude<Value[Key], undefined> } =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as never;

/** JSON with a line for each operation and shape, so that a change of the API is a change of a line. */
export function asText({ source, operations, shapes }: ApiModel): string {
  const lines = (record: object) =>
    Object.entries(record)
      .map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`)
      .join(',\n');
  return `{
  "source": ${JSON.stringify(source)},
  "operations": {
${lines(operations)}
  },
  "shapes": {
${lines(shapes)}
  }
}
`;
}
