import type { CodeDeploy } from '@landfall/core/world/aws';
import type { CallTable } from '../call/call-table.ts';

export const codeDeployCalls: CallTable<CodeDeploy> = {
  GetDeploymentGroup: { kind: 'read', answer: { deploymentGroupInfo: 'object' } },
  GetDeploymentConfig: { kind: 'read', answer: { deploymentConfigInfo: 'object' } },
  // No token: sent again it could start a second deployment once the first has ended.
  CreateDeployment: { kind: 'once', answer: { deploymentId: 'string' } },
  ListDeployments: { kind: 'read', answer: { deployments: 'strings' } },
  BatchGetDeployments: { kind: 'read', answer: { deploymentsInfo: 'objects' } },
  GetDeploymentTarget: { kind: 'read', answer: { deploymentTarget: 'object' } },
  // Both name the deployment, and what is to end: asked twice, it has ended once.
  StopDeployment: { kind: 'repeatable', answer: { status: 'string' } },
  ContinueDeployment: { kind: 'repeatable', answer: {} },
};
