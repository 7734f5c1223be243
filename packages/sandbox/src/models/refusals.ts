import { AwsFault } from '../protocol/aws-service.ts';
import { codedeployCode } from './codedeploy-code.ts';
import { knownWords } from './known-words.ts';
import type { Violation } from './violations.ts';

/** How an API refuses a value that its model does not allow. */
interface Refusal {
  code(first: Violation, operation: string): string;
  readonly message: (all: readonly Violation[]) => string;
  /** A page with such an answer of AWS or its documentation. Absent: unverified, a declared error and a guess at its words. */
  readonly seen?: string;
}

/** The words of most services: `1 validation error detected: Value 'x' at 'type' failed to satisfy constraint: …`. */
function validationErrors(all: readonly Violation[]): string {
  const shown = all.map(
    ({ value, path, rule }) => `${valueText(value)} at '${path}' failed to satisfy constraint: ${rule}`,
  );
  return `${all.length} validation error${all.length === 1 ? '' : 's'} detected: ${shown.join('; ')}`;
}

/** A list, a structure or a secret is not shown. */
const valueText = (value: unknown): string =>
  value === null
    ? 'Value null'
    : value === undefined || typeof value === 'object'
      ? 'Value'
      : `Value '${value}'`;

const ecrWords = ([first]: readonly Violation[]): string =>
  `Invalid parameter at '${first!.path}' failed to satisfy constraint: '${first!.rule}'`;

const always =
  (code: string): Refusal['code'] =>
  () =>
    code;

/** By the sandbox's name of the service. */
export const refusals: Readonly<Record<string, Refusal>> = {
  codedeploy: {
    code: codedeployCode,
    message: validationErrors,
    seen: 'https://docs.aws.amazon.com/codedeploy/latest/APIReference/API_CreateDeploymentGroup.html#API_CreateDeploymentGroup_Errors',
  },
  ecr: {
    code: always('InvalidParameterException'),
    message: ecrWords,
    seen: 'https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html#API_CreateRepository_Errors',
  },
  ecs: {
    // What is known of ECS's refusals of task definitions is a ClientException throughout.
    code: (_first, operation) =>
      operation === 'RegisterTaskDefinition' ? 'ClientException' : 'InvalidParameterException',
    message: validationErrors,
  },
  elasticloadbalancing: {
    code: always('ValidationError'),
    message: validationErrors,
    seen: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/CommonErrors.html',
  },
  iam: {
    code: always('ValidationError'),
    message: validationErrors,
    seen: 'https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html',
  },
  logs: {
    code: always('InvalidParameterException'),
    message: validationErrors,
    seen: 'https://github.com/awslabs/aws-embedded-metrics-node/pull/160',
  },
  s3: {
    code: always('InvalidArgument'),
    message: validationErrors,
    seen: 'https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html',
  },
  secretsmanager: { code: always('InvalidParameterException'), message: validationErrors },
  ssm: {
    code: always('ValidationException'),
    message: validationErrors,
    seen: 'https://docs.aws.amazon.com/systems-manager/latest/APIReference/CommonErrors.html',
  },
  sts: {
    code: always('ValidationError'),
    message: validationErrors,
    seen: 'https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html',
  },
};

/** The error that the API answers with. `violations` are not empty, and the first decides its name. */
export function refusalOf(service: string, operation: string, violations: readonly Violation[]): AwsFault {
  const { code, message } = refusals[service]!;
  const first = violations[0]!;
  const words = knownWords(service, operation, first.constraint, first.members);
  return words
    ? new AwsFault(words.code, words.message)
    : new AwsFault(code(first, operation), message(violations));
}
