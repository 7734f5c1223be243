import { AwsFault, type AwsService, type Handler, type RequestContext } from '../../protocol/aws-service.ts';

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly version: number;
  readonly changed: number;
}

/** Systems Manager's Parameter Store: put, get and delete by name. A SecureString is stored as it is given. */
export function createSsmService({ changed }: { changed(): void }): AwsService {
  const parameters = new Map<string, Parameter>();
  const handlers: Record<string, Handler> = {
    PutParameter(input, { clock }) {
      const name = plainName(input.Name);
      const before = parameters.get(name);
      if (before && input.Overwrite !== true) {
        throw new AwsFault(
          'ParameterAlreadyExists',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        );
      }
      const version = (before?.version ?? 0) + 1;
      const type = String(input.Type ?? before?.type ?? 'String');
      parameters.set(name, { name, type, value: String(input.Value ?? ''), version, changed: clock.now() });
      changed();
      return { Version: version, Tier: 'Standard' };
    },
    GetParameters(input, context) {
      const names: string[] = input.Names ?? [];
      if (names.length < 1 || names.length > 10) {
        throw new AwsFault(
          'ValidationException',
          `1 validation error detected: Value '[${names.join(', ')}]' at 'names' failed to satisfy constraint: Member must have length less than or equal to 10`,
        );
      }
      const found = names.map((asked) => ({ asked, parameter: parameters.get(plainName(asked)) }));
      return {
        Parameters: found.flatMap(({ parameter }) =>
          parameter ? shown(parameter, input.WithDecryption === true, context) : [],
        ),
        InvalidParameters: found.filter(({ parameter }) => !parameter).map(({ asked }) => asked),
      };
    },
    DeleteParameter(input) {
      if (!parameters.delete(plainName(input.Name))) {
        throw new AwsFault('ParameterNotFound', 'Parameter not found.');
      }
      changed();
    },
  };
  return {
    name: 'ssm',
    protocol: 'json-1.1',
    targetPrefix: 'AmazonSSM',
    handlers,
    authorize: (_operation, input, context) => ({
      resources: (input.Names ?? [input.Name]).map((name: string) => arnOf(plainName(name), context)),
    }),
    save: () => [...parameters.values()],
    restore(state) {
      parameters.clear();
      for (const parameter of state as Parameter[]) parameters.set(parameter.name, parameter);
    },
  };
}

/** A name out of a name or an ARN; a parameter with a path keeps its first slash. */
function plainName(value: unknown): string {
  const text = String(value ?? '');
  const path = /^arn:[^:]*:ssm:[^:]*:\d*:parameter\/(.+)$/.exec(text)?.[1];
  if (path === undefined) return text;
  return path.includes('/') ? `/${path}` : path;
}

const arnOf = (name: string, { caller }: RequestContext) =>
  `arn:${caller.partition}:ssm:${caller.region}:${caller.accountId}:parameter/${name.replace(/^\//, '')}`;

const shown = (parameter: Parameter, decrypted: boolean, context: RequestContext) => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: parameter.type === 'SecureString' && !decrypted ? 'AQICAH' : parameter.value,
  Version: parameter.version,
  LastModifiedDate: new Date(parameter.changed),
  ARN: arnOf(parameter.name, context),
  DataType: 'text',
});
