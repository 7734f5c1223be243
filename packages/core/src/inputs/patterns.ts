/** The field's names, each with an anchored, linear pattern and its rule in words. Sources: the ECS, ECR and Docker API references. */
import type { Pattern } from './input.ts';

const partition = '(?:aws|aws-cn|aws-us-gov|aws-iso|aws-iso-b|aws-iso-e|aws-iso-f|aws-eusc)';

export const accountId: Pattern = {
  expression: /^\d{12}$/,
  rule: 'an AWS account id of 12 digits',
  type: 'account id',
};
export const region: Pattern = {
  expression: /^[a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\d{1,2}$/,
  rule: 'an AWS region like eu-west-1',
  type: 'region',
};
/** ECS: up to 255 letters (upper and lower case), numbers, underscores and hyphens; or the resource's ARN. */
const ecsName = (resource: string) =>
  new RegExp(
    `^(?:[A-Za-z0-9_][A-Za-z0-9_-]{0,254}|arn:${partition}:ecs:[a-z0-9-]{1,40}:\\d{12}:${resource}/[A-Za-z0-9_/-]{1,512})$`,
  );
export const cluster: Pattern = {
  expression: ecsName('cluster'),
  rule: 'a cluster name (letters, digits, - and _) or a cluster ARN',
};
export const service: Pattern = {
  expression: ecsName('service'),
  rule: 'a service name (letters, digits, - and _) or a service ARN',
};
export const container: Pattern = {
  expression: /^[A-Za-z0-9_][A-Za-z0-9_-]{0,254}$/,
  rule: 'a container name (letters, digits, - and _)',
};
/** `family`, `family:revision` or the ARN. */
export const taskDefinition: Pattern = {
  expression: new RegExp(
    `^(?:arn:${partition}:ecs:[a-z0-9-]{1,40}:\\d{12}:task-definition/)?[A-Za-z0-9_][A-Za-z0-9_-]{0,254}(?::[1-9]\\d{0,9})?$`,
  ),
  rule: 'a task definition family, family:revision or ARN',
};
/** A name that starts with `role/` is the end of an ARN. */
export const role: Pattern = {
  expression: new RegExp(`^(?:arn:${partition}:iam::\\d{12}:role/|(?!role/))[A-Za-z0-9+=,.@_/-]{1,512}$`),
  rule: 'an IAM role ARN or name',
};
export const roleArn: Pattern = {
  expression: new RegExp(`^arn:${partition}:iam::\\d{12}:role/[A-Za-z0-9+=,.@_/-]{1,512}$`),
  rule: 'the ARN of an IAM role',
};
const resourceId = (prefix: string): Pattern => ({
  expression: new RegExp(`^${prefix}-[0-9a-f]{3,40}$`),
  rule: `an id like ${prefix}-0123abcd`,
});
export const subnet = resourceId('subnet');
export const securityGroup = resourceId('sg');
export const tagKey: Pattern = {
  expression: /^(?!aws:)[\p{L}\p{Z}\p{N}_.:/+@-]{1,128}$/iu,
  rule: 'a tag key, not starting with aws:',
};
export const environmentName: Pattern = {
  expression: /^[^\s=\0]{1,512}$/,
  rule: 'a name without spaces or "="',
};
/** OCI distribution spec: repository names. */
export const repositoryName: Pattern = {
  expression:
    /^(?=.{2,256}$)[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/,
  rule: 'a repository name (lower-case letters, digits, . _ - and /)',
};
export const tag: Pattern = {
  expression: /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/,
  rule: 'a tag of at most 128 letters, digits, . _ and -, not starting with . or -',
};
