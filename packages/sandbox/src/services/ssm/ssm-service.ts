import { AwsFault, type AwsService, type RequestContext } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { page } from '../../api/page.ts';
import { type Parameter, plainName } from './parameters.ts';

interface SsmParts {
  readonly parameters: Map<string, Parameter>;
  changed(): void;
}

type Operation = OperationOf<SsmParts>;

const PutParameter: Operation = ({ parameters, changed }, input, { clock }) => {
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
};

const GetParameter: Operation = ({ parameters }, input, context) => {
  const parameter = parameters.get(plainName(input.Name));
  if (!parameter) throw new AwsFault('ParameterNotFound', 'Parameter not found.');
  return { Parameter: shown(parameter, input.WithDecryption === true, context) };
};

const GetParameters: Operation = ({ parameters }, input, context) => {
  const found = (input.Names as string[]).map((asked) => ({
    asked,
    parameter: parameters.get(plainName(asked)),
  }));
  return {
    Parameters: found.flatMap(({ parameter }) =>
      parameter ? shown(parameter, input.WithDecryption === true, context) : [],
    ),
    InvalidParameters: found.filter(({ parameter }) => !parameter).map(({ asked }) => asked),
  };
};

const DescribeParameters: Operation = ({ parameters }, input, context) => {
  const isAsked = named(input.ParameterFilters ?? []);
  const all = [...parameters.values()].filter(isAsked).sort((a, b) => (a.name < b.name ? -1 : 1));
  const shown = page(all, ({ name }) => name, {
    limit: input.MaxResults ?? 50,
    token: input.NextToken,
    invalid: () => new AwsFault('InvalidNextToken', 'The specified token is not valid.'),
  });
  return {
    Parameters: shown.items.map((parameter) => described(parameter, context)),
    NextToken: shown.nextToken,
  };
};

const DeleteParameter: Operation = ({ parameters, changed }, input) => {
  if (!parameters.delete(plainName(input.Name))) {
    throw new AwsFault('ParameterNotFound', 'Parameter not found.');
  }
  changed();
};

/** Systems Manager's Parameter Store: put, get, describe and delete by name. A SecureString is stored as it is given. */
export function createSsmService(parts: SsmParts): AwsService {
  const { parameters } = parts;
  const handlers = handlersOf(parts, {
    PutParameter,
    GetParameter,
    GetParameters,
    DescribeParameters,
    DeleteParameter,
  });
  return {
    handlers,
    authorize: (operation, input, context) => ({
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awssystemsmanager.html: no resource types
      resources:
        operation === 'DescribeParameters'
          ? ['*']
          : (input.Names ?? [input.Name]).map((name: string) => arnOf(plainName(name), context)),
    }),
    save: () => [...parameters.values()],
    restore(state) {
      parameters.clear();
      for (const parameter of state as Parameter[]) parameters.set(parameter.name, parameter);
    },
  };
}

const arnOf = (name: string, { caller }: RequestContext) =>
  `arn:${caller.partition}:ssm:${caller.region}:${caller.accountId}:parameter/${name.replace(/^\//, '')}`;

/** Which parameters a client asks for: all of the filters hold, each with one of its values. */
function named(filters: readonly { Key?: string; Option?: string; Values?: readonly string[] }[]) {
  const tests = filters.map(({ Key, Option = 'Equals', Values = [] }) => {
    if (Key !== 'Name')
      throw new AwsFault('InvalidFilterKey', `The sandbox filters parameters by Name only, not by ${Key}.`);
    if (Option !== 'Equals' && Option !== 'BeginsWith')
      throw new AwsFault('InvalidFilterOption', `The sandbox does not know the filter option ${Option}.`);
    if (Values.length < 1 || Values.length > 50)
      throw new AwsFault('InvalidFilterValue', 'The filter value is not valid: 1 to 50 values.');
    return ({ name }: Parameter) =>
      Values.some((value) => (Option === 'Equals' ? name === value : name.startsWith(value)));
  });
  return (parameter: Parameter) => tests.every((test) => test(parameter));
}

/** Everything but the value. */
const described = (parameter: Parameter, context: RequestContext) => {
  const { Value, ...rest } = shown(parameter, false, context);
  return { ...rest, Tier: 'Standard', Policies: [], LastModifiedUser: context.caller.arn };
};

const shown = (parameter: Parameter, decrypted: boolean, context: RequestContext) => ({
  Name: parameter.name,
  Type: parameter.type,
  Value: parameter.type === 'SecureString' && !decrypted ? 'AQICAH' : parameter.value,
  Version: parameter.version,
  LastModifiedDate: new Date(parameter.changed),
  ARN: arnOf(parameter.name, context),
  DataType: 'text',
});
