/** A refusal in the words of AWS, where they are known to be others than the API's usual ones. */
export interface KnownWords {
  readonly code: string;
  readonly message: string;
}

const client = (message: string): KnownWords => ({ code: 'ClientException', message });
const invalid = (message: string): KnownWords => ({ code: 'InvalidParameterException', message });

/** https://github.com/int128/create-ecr-repository-action/issues/231 */
const repositoryName = invalid(
  "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
);

/** By service, and by `constraint members`, before which an operation may stand. */
const known: Readonly<Record<string, Readonly<Record<string, KnownWords>>>> = {
  ecr: {
    'pattern repositoryName': repositoryName,
    'length repositoryName': repositoryName,
    'pattern repositoryNames': repositoryName,
    'length repositoryNames': repositoryName,
  },
  ecs: {
    'required containerDefinitions': client('Container list cannot be empty.'),
    'required containerDefinitions.secrets.valueFrom': client(
      'Secrets valueFrom should not be null or blank.',
    ),
    'required family': client('Family should not be null or blank.'),
    'required service': invalid('Service cannot be empty.'),
    'required serviceDeploymentArns': invalid('serviceDeploymentArns cannot be empty.'),
    'required serviceName': invalid('Service name should not be null or contain invalid characters.'),
    'required serviceRevisionArns': invalid('serviceRevisionArns cannot be empty.'),
    'required services': invalid('Services cannot be empty.'),
    'required task': invalid('Task cannot be empty.'),
    'required taskDefinition': client('TaskDefinition cannot be null or blank.'),
    'DeregisterTaskDefinition required taskDefinition': client(
      'Family and revision number should not be null or blank.',
    ),
    'required taskDefinitions': invalid('TaskDefinitions cannot be empty.'),
    'required tasks': invalid('Tasks cannot be empty.'),
  },
  // https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
  s3: {
    'enum CreateBucketConfiguration.LocationConstraint': {
      code: 'InvalidLocationConstraint',
      message: 'The specified location constraint is not valid.',
    },
  },
};

export function knownWords(
  service: string,
  operation: string,
  constraint: string,
  members: readonly string[],
): KnownWords | undefined {
  const key = `${constraint} ${members.join('.')}`;
  return known[service]?.[`${operation} ${key}`] ?? known[service]?.[key];
}
