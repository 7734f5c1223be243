import type { ErrorCode } from '@landfall/core/errors/catalogue';

interface Rule {
  readonly name?: RegExp;
  readonly message?: RegExp;
  readonly operation?: RegExp;
  readonly code: ErrorCode;
}

/** ECS says some things only in prose, under ClientException or InvalidParameterException. First match wins. */
const rules: readonly Rule[] = [
  { name: /^ServiceNotActiveException$/, code: 'SERVICE_NOT_ACTIVE' },
  { name: /^ConflictException$/, operation: /:RunTask$/, code: 'CONFLICT' },
  { message: /active deployments exist/i, code: 'TOO_MANY_DEPLOYMENTS' },
  { name: /^DeploymentLimitExceededException$/, code: 'TOO_MANY_DEPLOYMENTS' },
  { name: /(?:NotFound|DoesNotExist)(?:Exception)?$/, code: 'NOT_FOUND' },
  { message: /^Unable to describe task definition/i, code: 'NOT_FOUND' },
  {
    message: /TaskDefinition not found|task was not found|service was not found|cluster was not found/i,
    code: 'NOT_FOUND',
  },
];

/** An error that AWS answered with → the code under which we report it. */
export const refusalCode = (name: string, message: string, operation: string): ErrorCode =>
  rules.find(
    (rule) =>
      (rule.name?.test(name) ?? true) &&
      (rule.message?.test(message) ?? true) &&
      (rule.operation?.test(operation) ?? true),
  )?.code ?? 'REQUEST_REFUSED';
