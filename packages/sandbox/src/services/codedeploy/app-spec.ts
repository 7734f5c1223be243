import { createHash } from 'node:crypto';
// An AppSpec is YAML or JSON, and YAML reads both.
import { parse } from 'yaml';
import { AwsFault } from '../../api/aws-service.ts';

export interface AppSpec {
  readonly taskDefinition: string;
  readonly containerName: string;
  readonly containerPort: number;
  /** Lambda functions by lifecycle event. */
  readonly hooks: ReadonlyMap<string, string>;
}

const invalid = (message: string): AwsFault => new AwsFault('InvalidRevisionException', message);

/** https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-resources.html */
export function readAppSpec(revision: unknown): AppSpec {
  const { revisionType, appSpecContent } = (revision ?? {}) as {
    revisionType?: string;
    appSpecContent?: { content?: string; sha256?: string };
  };
  const content = appSpecContent?.content;
  if (revisionType !== 'AppSpecContent' || typeof content !== 'string') {
    throw new AwsFault(
      'RevisionRequiredException',
      'The revision must be an AppSpecContent. Others are not part of the sandbox.',
    );
  }
  const sum = createHash('sha256').update(content).digest('hex');
  if (appSpecContent?.sha256 !== undefined && appSpecContent.sha256 !== sum) {
    throw invalid('The SHA-256 hash of the AppSpec content does not match.');
  }
  let spec: unknown;
  try {
    spec = parse(content, { maxAliasCount: 10 });
  } catch (error) {
    throw invalid(
      `The AppSpec is neither YAML nor JSON: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  const { Resources, Hooks } = (spec ?? {}) as { Resources?: unknown; Hooks?: unknown };
  const [first] = Array.isArray(Resources) ? Resources : [];
  const resource = Object.values((first ?? {}) as object)[0] as
    | {
        Type?: string;
        Properties?: {
          TaskDefinition?: string;
          LoadBalancerInfo?: { ContainerName?: string; ContainerPort?: number };
        };
      }
    | undefined;
  const { TaskDefinition, LoadBalancerInfo } = resource?.Properties ?? {};
  if (resource?.Type !== 'AWS::ECS::Service' || TaskDefinition === undefined) {
    throw invalid('The AppSpec must have one resource of type AWS::ECS::Service with a TaskDefinition.');
  }
  if (LoadBalancerInfo?.ContainerName === undefined || LoadBalancerInfo.ContainerPort === undefined) {
    throw invalid('The AppSpec must have a LoadBalancerInfo with a ContainerName and a ContainerPort.');
  }
  const hooks = (Array.isArray(Hooks) ? Hooks : []).flatMap((entry) =>
    Object.entries(entry as Record<string, string>),
  );
  return {
    taskDefinition: TaskDefinition,
    containerName: LoadBalancerInfo.ContainerName,
    containerPort: Number(LoadBalancerInfo.ContainerPort),
    hooks: new Map(hooks),
  };
}
