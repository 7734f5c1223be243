import { type Probe, probe } from '../reading/probe.ts';
import type { World } from '../world/world.ts';

interface Question {
  /** ARN of the role or user whose policies are asked. */
  readonly principal: string;
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  readonly context?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly action: string;
  readonly resource: string;
  readonly decision: 'allowed' | 'implicitDeny' | 'explicitDeny';
}

/** iam:SimulatePrincipalPolicy: what identity policies and boundaries say. Policies of resources are not in it. */
export const simulate = (question: Question, { aws, host }: World): Promise<Probe<readonly Answer[]>> =>
  probe(async () => {
    const iam = await aws.iam();
    const { EvaluationResults = [] } = await iam.simulatePrincipalPolicy(
      {
        PolicySourceArn: question.principal,
        ActionNames: [...question.actions],
        ResourceArns: [...question.resources],
        ...(question.context && {
          ContextEntries: Object.entries(question.context).map(([key, value]) => ({
            ContextKeyName: key,
            ContextKeyType: 'string' as const,
            ContextKeyValues: [value],
          })),
        }),
      },
      { signal: host.cancellation },
    );
    return EvaluationResults.map((one) => ({
      action: one.EvalActionName ?? '',
      resource: one.EvalResourceName ?? '*',
      decision: one.EvalDecision ?? 'implicitDeny',
    }));
  });
