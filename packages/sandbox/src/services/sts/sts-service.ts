import { AwsFault, type AwsService, type RequestContext } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import type { Principals } from '../../authorization/principals.ts';
import { word } from '../../clock/random.ts';

interface StsParts {
  readonly principals: Principals;
  readonly enforce: boolean;
  readonly random: () => number;
  changed(): void;
}

type Operation = OperationOf<StsParts>;

function assume(
  { principals, enforce, random, changed }: StsParts,
  // biome-ignore lint/suspicious/noExplicitAny: see Handler
  input: any,
  action: string,
  { caller, clock }: RequestContext,
) {
  const role = /^arn:([\w-]+):iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]{1,64})$/.exec(
    String(input.RoleArn ?? ''),
  );
  if (!role) throw new AwsFault('ValidationError', `${input.RoleArn ?? ''} is invalid`);
  const sessionName: string = input.RoleSessionName;
  const seconds: number = input.DurationSeconds ?? 3600;
  const template = principals.ofRole(role[0]);
  if (enforce && !template) {
    throw new AwsFault(
      'AccessDenied',
      action === 'sts:AssumeRole'
        ? `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${role[0]}`
        : `Not authorized to perform ${action}`,
      { status: 403 },
    );
  }
  const expires = clock.now() + seconds * 1000;
  const session = principals.add({
    accessKeyId: `ASIA${word(random, 16).toUpperCase()}`,
    sessionToken: word(random, 64),
    accountId: role[2]!,
    arn: `arn:${role[1]}:sts::${role[2]}:assumed-role/${role[3]}/${sessionName}`,
    expires,
    ...(template?.policies ? { policy: template.policies } : {}),
  });
  changed();
  return {
    Credentials: {
      AccessKeyId: session.accessKeyId,
      SecretAccessKey: session.secretAccessKey,
      SessionToken: session.sessionToken,
      Expiration: new Date(expires),
    },
    AssumedRoleUser: {
      AssumedRoleId: `AROA${word(random, 17).toUpperCase()}:${sessionName}`,
      Arn: session.arn,
    },
    PackedPolicySize: 0,
  };
}

const GetCallerIdentity: Operation = ({ principals }, _input, { caller }) => {
  const principal = principals.find(caller.accessKeyId);
  return { Arn: caller.arn, UserId: principal?.userId ?? caller.accessKeyId, Account: caller.accountId };
};

const AssumeRole: Operation = (parts, input, context) => assume(parts, input, 'sts:AssumeRole', context);

const AssumeRoleWithWebIdentity: Operation = (parts, input, context) => {
  if (typeof input.WebIdentityToken !== 'string' || input.WebIdentityToken.length < 4) {
    throw new AwsFault(
      'InvalidIdentityToken',
      'The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)',
    );
  }
  return {
    ...assume(parts, input, 'sts:AssumeRoleWithWebIdentity', context),
    Audience: 'sts.amazonaws.com',
    Provider: 'sandbox',
    SubjectFromWebIdentityToken: 'sandbox',
  };
};

/**
 * STS. A session of a role has the policy of the principal that was added with that `roleArn`; with IAM
 * enforced a role that was not added cannot be assumed. A web identity's token is not checked.
 */
export function createStsService(parts: StsParts): AwsService {
  const handlers = handlersOf(parts, {
    GetCallerIdentity,
    AssumeRole,
    AssumeRoleWithWebIdentity,
  });
  return {
    handlers,
    authorize: (_operation, input) => ({ resources: [String(input.RoleArn ?? '*')] }),
    // Sessions are principals, and those are saved with the sandbox.
    save: () => ({}),
    restore: () => {},
  };
}
