/** The policies of the roles in a CloudFormation template, with what the template fills in put as wildcards. */
import { parse, type ScalarTag } from 'yaml';
import type { Statement } from './policy-problems.ts';

interface TemplatePolicies {
  /** The logical id of the role. */
  readonly role: string;
  /** Of all its inline policies. */
  readonly statements: readonly Statement[];
}

/** What the ARN of a resource looks like, by its type. */
const arnsOfTypes: Readonly<Record<string, string>> = {
  'AWS::CodeBuild::Project': 'arn:*:codebuild:*:*:project/${name}',
  'AWS::ECR::Repository': 'arn:*:ecr:*:*:repository/${name}',
  'AWS::IAM::Role': 'arn:*:iam::*:role/${name}',
  'AWS::S3::Bucket': 'arn:*:s3:::${name}',
};

/** What parameters that hold whole ARNs hold. */
const arnsOfParameters: Readonly<Record<string, string>> = {
  // The service was renamed: a connection's ARN names it as it was called when the connection was made.
  Connection: 'arn:*:*:*:*:connection/*',
  TaskRoles: 'arn:*:iam::*:role/*',
};

interface Template {
  readonly Resources: Readonly<
    Record<string, { readonly Type: string; readonly Properties?: { readonly Policies?: readonly Inline[] } }>
  >;
}
interface Inline {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** @throws an Error for something that the template fills in and that is not known here */
export function templatePolicies(text: string): readonly TemplatePolicies[] {
  const types = new Map<string, string>();
  const plain = parse(text, { customTags: tags((name) => `\${${name}}`) }) as Template;
  for (const [name, { Type }] of Object.entries(plain.Resources)) types.set(name, Type);
  const fill = (name: string): string => {
    const [resource, attribute] = name.split('.');
    if (attribute !== 'Arn') return arnsOfParameters[name] ?? '*';
    const arn = arnsOfTypes[types.get(resource!) ?? ''];
    if (arn === undefined) throw new Error(`the ARN of \${${name}} is not known`);
    return arn.replace('${name}', resource!);
  };
  const { Resources } = parse(text, { customTags: tags(fill) }) as Template;
  return Object.entries(Resources)
    .filter(([, { Type }]) => Type === 'AWS::IAM::Role')
    .map(([role, { Properties }]) => ({
      role,
      statements: (Properties?.Policies ?? []).flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    }));
}

const tags = (fill: (name: string) => string): ScalarTag[] => [
  { tag: '!Ref', resolve: fill },
  { tag: '!GetAtt', resolve: fill },
  { tag: '!Sub', resolve: (text) => text.replace(/\$\{([^}]+)\}/g, (_, name: string) => fill(name)) },
];
