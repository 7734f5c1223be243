import { AwsFault, type AwsService, type RequestContext } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { evaluate } from '../../authorization/evaluate.ts';
import { many, type PolicyDocument } from '../../authorization/policy.ts';
import type { Principals } from '../../authorization/principals.ts';
import { problemOfPolicy } from '../../authorization/problem-of-policy.ts';
import { word } from '../../clock/random.ts';
import type { Role, Roles } from './roles.ts';

interface IamParts {
  readonly roles: Roles;
  readonly principals: Principals;
  readonly random: () => number;
  changed(): void;
}

type Operation = OperationOf<IamParts>;

// biome-ignore lint/suspicious/noExplicitAny: see Handler
function find({ roles }: IamParts, input: any, { caller }: RequestContext): Role {
  const name = String(input.RoleName ?? '');
  const role = [...roles.values()].find(
    (one) => one.name === name && one.arn.split(':')[4] === caller.accountId,
  );
  if (role) return role;
  throw new AwsFault('NoSuchEntity', `The role with name ${name} cannot be found.`, { status: 404 });
}

function policiesOf({ roles, principals }: IamParts, arn: string): readonly PolicyDocument[] | undefined {
  const role = roles.get(arn);
  if (role) return Object.values(role.policies);
  const principal = principals.list().find((one) => one.arn === arn || one.roleArn === arn);
  if (principal) return principal.policies ?? [everything];
  throw new AwsFault('NoSuchEntity', `No entity with the ARN ${arn} can be found.`, { status: 404 });
}

const CreateRole: Operation = ({ roles, random, changed }, input, { caller, clock }) => {
  const name = String(input.RoleName ?? '');
  if (!/^[\w+=,.@-]{1,64}$/.test(name)) throw new AwsFault('ValidationError', 'The role name is invalid.');
  const path = String(input.Path ?? '/');
  const arn = `arn:${caller.partition}:iam::${caller.accountId}:role${path}${name}`;
  if (roles.has(arn)) {
    throw new AwsFault('EntityAlreadyExists', `Role with name ${name} already exists.`, { status: 409 });
  }
  const role: Role = {
    arn,
    name,
    path,
    id: `AROA${word(random, 17).toUpperCase()}`,
    created: clock.now(),
    trust: jsonText(input.AssumeRolePolicyDocument),
    policies: {},
  };
  roles.set(arn, role);
  changed();
  return { Role: shown(role) };
};

const PutRolePolicy: Operation = (parts, input, context) => {
  const { changed } = parts;
  const role = find(parts, input, context);
  const document: unknown = JSON.parse(jsonText(input.PolicyDocument));
  const problem = problemOfPolicy(document);
  if (problem) throw new AwsFault('MalformedPolicyDocument', `The policy cannot be used: ${problem}.`);
  role.policies[String(input.PolicyName ?? '')] = document as PolicyDocument;
  changed();
};

// No session of a role is traced back to it, so it counts as never used, which IAM shows as an empty structure.
const GetRole: Operation = (parts, input, context) => ({
  Role: { ...shown(find(parts, input, context)), RoleLastUsed: {} },
});

const DeleteRolePolicy: Operation = (parts, input, context) => {
  const { changed } = parts;
  const role = find(parts, input, context);
  const name = String(input.PolicyName ?? '');
  if (!Object.hasOwn(role.policies, name)) {
    throw new AwsFault('NoSuchEntity', `The role policy with name ${name} cannot be found.`, {
      status: 404,
    });
  }
  delete role.policies[name];
  changed();
};

const DeleteRole: Operation = (parts, input, context) => {
  const { roles, changed } = parts;
  const role = find(parts, input, context);
  if (Object.keys(role.policies).length > 0) {
    throw new AwsFault('DeleteConflict', 'Cannot delete entity, must delete policies first.', {
      status: 409,
    });
  }
  roles.delete(role.arn);
  changed();
};

const SimulatePrincipalPolicy: Operation = (parts, input) => {
  const policies = policiesOf(parts, String(input.PolicySourceArn ?? '')) ?? [];
  const conditions = Object.fromEntries(
    (input.ContextEntries ?? []).map((one: ContextEntry) => [
      one.ContextKeyName ?? '',
      one.ContextKeyValues ?? [],
    ]),
  );
  const resources = many<string>(input.ResourceArns ?? ['*']);
  return {
    EvaluationResults: many<string>(input.ActionNames).flatMap((action) =>
      resources.map((resource) => ({
        EvalActionName: action,
        EvalResourceName: resource,
        EvalDecision: decisions[evaluate(policies, { action, resource, conditions })],
        MatchedStatements: [],
        MissingContextValues: [],
      })),
    ),
    IsTruncated: false,
  };
};

/**
 * IAM: roles with inline policies, and SimulatePrincipalPolicy over them and over the policies of principals.
 * A role's policies are not what the sandbox enforces; that is the policy of the principal that calls.
 */
export function createIamService(parts: IamParts): AwsService {
  const { roles } = parts;
  const handlers = handlersOf(parts, {
    CreateRole,
    PutRolePolicy,
    GetRole,
    DeleteRolePolicy,
    DeleteRole,
    SimulatePrincipalPolicy,
  });
  return {
    handlers,
    authorize(_operation, input, { caller }) {
      const named = `arn:${caller.partition}:iam::${caller.accountId}:role/${input.RoleName ?? ''}`;
      return { resources: [input.RoleName === undefined ? String(input.PolicySourceArn ?? '*') : named] };
    },
    save: () => [...roles.values()],
    restore(state) {
      for (const role of state as Role[]) roles.set(role.arn, role);
    },
  };
}

interface ContextEntry {
  readonly ContextKeyName?: string;
  readonly ContextKeyValues?: readonly string[];
}

const everything: PolicyDocument = {
  Statement: { Effect: 'Allow', Action: '*', Resource: '*' },
};
const decisions = {
  allowed: 'allowed',
  'explicit-deny': 'explicitDeny',
  'implicit-deny': 'implicitDeny',
} as const;

const shown = (role: Role) => ({
  Path: role.path,
  RoleName: role.name,
  RoleId: role.id,
  Arn: role.arn,
  CreateDate: new Date(role.created),
  // IAM answers documents URL-encoded (RFC 3986).
  AssumeRolePolicyDocument: encodeURIComponent(role.trust),
  MaxSessionDuration: 3600,
});

function jsonText(value: unknown): string {
  const text = String(value ?? '');
  try {
    JSON.parse(text);
  } catch {
    throw new AwsFault('MalformedPolicyDocument', 'This policy contains invalid Json');
  }
  return text;
}
