import model from '../../models/extract/ecs.json' with { type: 'json' };
import type { ApiModel } from '../../models/model.ts';
import type { KnownWords, RequestRules } from '../../models/request-rules.ts';

const client = (message: string): KnownWords => ({ code: 'ClientException', message });
const invalid = (message: string): KnownWords => ({ code: 'InvalidParameterException', message });

export const requests: RequestRules = {
  model: model as unknown as ApiModel,
  refusal: {
    // What is known of ECS's refusals of task definitions is a ClientException throughout.
    code: (_first, operation) =>
      operation === 'RegisterTaskDefinition' ? 'ClientException' : 'InvalidParameterException',
  },
  knownWords: {
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
  differences: [
    {
      constraint: 'enum',
      members: 'containerDefinitions.portMappings.protocol',
      why: '"Amazon ECS treats any other specified value as tcp": https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
    },
    {
      constraint: 'enum',
      members: 'include',
      why: 'Not verified. A read that asks for more than there is to show does no harm, and a newer client may know more.',
    },
  ],
};
