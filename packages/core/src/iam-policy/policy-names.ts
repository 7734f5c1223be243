/** The names that narrow a policy, as operations take them: by name, ARN or URI. */
import { arnParts } from '../account/arn.ts';
import { ecrHost, isLoopback } from '../image/reference/ecr-host.ts';
import { parseImageReference } from '../image/reference/image-reference.ts';
import { type Parsed, parsed, refused } from '../inputs/input.ts';
import { shown } from '../inputs/shown.ts';
import { secretItem } from '../task-definition/edit/secrets-from.ts';

/**
 * What a name says, by placeholder: its own, and those that its ARN or URI also contains (`cluster`,
 * `Account`, `Region`, `Partition`). Undefined for what is not in AWS, so that no permission is needed for
 * it.
 */
export type Reading = Readonly<Record<string, string>> | undefined;

export interface PolicyName {
  readonly description: string;
  /** Completes `must be …`. */
  readonly rule: string;
  /** `*` and `?` are wildcards, as in IAM. */
  read(text: string): Parsed<Reading>;
}

interface Form {
  readonly description: string;
  readonly rule: string;
  /** Of the ARN: `ecs`, and what its resource begins with, `cluster/`. */
  readonly service: string;
  readonly prefix: string;
  /** What a name is made of. */
  readonly characters: RegExp;
  /** The placeholders of a name; by default its own. */
  own?(name: string, isArn: boolean): Readonly<Record<string, string>>;
}

const named = (placeholder: string, form: Form): PolicyName => ({
  description: form.description,
  rule: form.rule,
  read(text) {
    const { own = (name) => ({ [placeholder]: name }) } = form;
    const arn = arnParts(text);
    const isOurs = arn?.service === form.service && arn.resource.startsWith(form.prefix);
    const name = isOurs ? arn.resource.slice(form.prefix.length) : text;
    if ((arn && !isOurs) || !form.characters.test(name.replaceAll(/[*?]/g, 'x')))
      return refused(`must be ${form.rule}, got ${shown(text)}`);
    return parsed({ ...(arn && placeOf(arn)), ...own(name, arn !== undefined) });
  },
});

const placeOf = ({ partition, region, account }: NonNullable<ReturnType<typeof arnParts>>) => ({
  Partition: partition,
  ...(region !== '' && { Region: region }),
  ...(account !== '' && { Account: account }),
});

const services = (placeholder: string): PolicyName =>
  named(placeholder, {
    description: 'The services.',
    rule: 'a service name or a service ARN',
    service: 'ecs',
    prefix: 'service/',
    characters: /^(?:[\w-]{1,255}\/)?[\w-]{1,255}$/,
    own: (name) => {
      const [last = '', cluster] = name.split('/').reverse();
      return { [placeholder]: last, ...(cluster !== undefined && { cluster }) };
    },
  });

const roles = (placeholder: string, description: string): PolicyName =>
  named(placeholder, {
    description,
    rule: 'an IAM role ARN or name',
    service: 'iam',
    prefix: 'role/',
    characters: /^[\w+=,.@/-]{1,512}$/,
  });

/** Secrets Manager puts six characters of its own behind a name: https://docs.aws.amazon.com/secretsmanager/latest/userguide/troubleshoot.html */
const secrets = (placeholder: string): PolicyName => {
  const form = named(placeholder, {
    description: 'Secrets of AWS Secrets Manager whose values may be read.',
    rule: 'the name or the ARN of a secret',
    service: 'secretsmanager',
    prefix: 'secret:',
    characters: /^[\w/+=.@-]{1,512}(?::.*)?$/,
    own: (name, isArn) => {
      const [plain = ''] = name.split(':');
      const isWhole = (isArn && /-\w{6}$/.test(plain)) || plain.endsWith('*');
      return { [placeholder]: isWhole ? plain : `${plain}-??????` };
    },
  });
  return { ...form, read: (text) => form.read(secretItem(text).secret) };
};

const keys = (placeholder: string): PolicyName => {
  const form = named(placeholder, {
    description: 'AWS KMS customer managed keys.',
    rule: 'the id or the ARN of a KMS key',
    service: 'kms',
    prefix: 'key/',
    characters: /^[\w-]{1,255}$/,
  });
  // A policy names keys by their id alone: an alias may be moved to another key.
  const isAlias = (text: string) => text.startsWith('alias/') || /^arn:[\w-]+:kms:.*:alias\//.test(text);
  return { ...form, read: (text) => (isAlias(text) ? parsed({ [placeholder]: '*' }) : form.read(text)) };
};

const images = (placeholder: string, description: string): PolicyName => {
  const rule = 'a repository, by its name, its ARN or as an image';
  const form = named(placeholder, {
    description,
    rule,
    service: 'ecr',
    prefix: 'repository/',
    characters: /^[a-z0-9._/-]{2,256}$/,
  });
  return {
    ...form,
    read: (text) => {
      const image = parseImageReference(text);
      if (!image.ok) return form.read(text);
      const { registry, repository } = image.reference;
      if (registry === undefined || isLoopback(registry)) return parsed({ [placeholder]: repository });
      const host = ecrHost(registry);
      if (host?.kind !== 'private') return parsed(undefined);
      const { partition, region, accountId } = host;
      return parsed({
        Partition: partition,
        Region: region,
        Account: accountId,
        [placeholder]: repository,
      });
    },
  };
};

const codeDeploy = (placeholder: string, what: string): PolicyName => ({
  description: `The ${what.replace(/^an? /, '')} of CodeDeploy.`,
  rule: `the name of ${what}`,
  read: (text) =>
    /^[^\s/:][^\r\n/:]{0,99}$/.test(text)
      ? parsed({ [placeholder]: text })
      : refused(`must be the name of ${what}, got ${shown(text)}`),
});

/** By placeholder. Some are inputs of an operation, too, and are read in the same way then. */
export const policyNames = {
  cluster: named('cluster', {
    description: 'The clusters.',
    rule: 'a cluster name or a cluster ARN',
    service: 'ecs',
    prefix: 'cluster/',
    characters: /^[\w-]{1,255}$/,
  }),
  service: services('service'),
  'service-name': services('service-name'),
  family: named('family', {
    description: 'Families of the task definitions that are registered and run.',
    rule: 'a task definition family, family:revision or ARN',
    service: 'ecs',
    prefix: 'task-definition/',
    characters: /^[\w-]{1,255}(?::\d{1,10})?$/,
    own: (name) => ({ family: name.replace(/:\d+$/, '') }),
  }),
  role: roles('role', 'The task roles and execution roles, which are passed to ECS or checked.'),
  'infrastructure-role-arn': roles(
    'infrastructure-role-arn',
    'The infrastructure roles of Express services.',
  ),
  repository: images('repository', 'The repositories of the images.'),
  image: images('image', 'The image.'),
  source: images('source', 'The image to promote.'),
  target: images('target', 'The repository it goes to.'),
  secret: secrets('secret'),
  'secrets-from': secrets('secrets-from'),
  parameter: named('parameter', {
    description: 'Parameters of the AWS Systems Manager Parameter Store.',
    rule: 'the name or the ARN of a parameter',
    service: 'ssm',
    prefix: 'parameter/',
    characters: /^[\w./-]{1,1011}$/,
    own: (name) => ({ parameter: name.replace(/^\//, '') }),
  }),
  key: keys('key'),
  'kms-key': keys('kms-key'),
  'log-group': named('log-group', {
    description: 'Log groups whose lines are shown.',
    rule: 'the name or the ARN of a log group',
    service: 'logs',
    prefix: 'log-group:',
    characters: /^[\w./#-]{1,512}(?::x)?$/,
    own: (name) => ({ 'log-group': name.replace(/:\*$/, '') }),
  }),
  schedule: named('schedule', {
    description: 'The schedules of EventBridge Scheduler.',
    rule: 'the name or the ARN of a schedule',
    service: 'scheduler',
    prefix: 'schedule/',
    characters: /^(?:[\w.-]{1,64}\/)?[\w.-]{1,64}$/,
    own: (name) => {
      const [last = '', group] = name.split('/').reverse();
      return { schedule: last, ...(group !== undefined && { 'schedule-group': group }) };
    },
  }),
  'schedule-group': named('schedule-group', {
    description: 'The groups of the schedules.',
    rule: 'the name or the ARN of a schedule group',
    service: 'scheduler',
    prefix: 'schedule-group/',
    characters: /^[\w.-]{1,64}$/,
  }),
  'codedeploy-application': codeDeploy('codedeploy-application', 'an application'),
  'codedeploy-deployment-group': codeDeploy('codedeploy-deployment-group', 'a deployment group'),
} satisfies Readonly<Record<string, PolicyName>>;

export const isPolicyName = (name: string): name is keyof typeof policyNames =>
  Object.hasOwn(policyNames, name);
