import type { CallRule } from '@landfall/aws/call/call-table';
import { codeDeployCalls } from '@landfall/aws/calls/codedeploy';
import { ecsCalls } from '@landfall/aws/calls/ecs';
import type { Mutant } from '../../../chaos/mutants/mutant.ts';
import type { Choice } from '../timeline/draw-timeline.ts';

/** The timelines that send a write which takes no token. */
const timelines: Readonly<Record<string, Choice>> = {
  'ecs:UpdateService': { operation: 'deploy-service', strategy: 'ROLLING' },
  'ecs:UpdateExpressGatewayService': { operation: 'deploy-express-service' },
  'ecs:RegisterTaskDefinition': { operation: 'deploy-service', strategy: 'ROLLING' },
  'codedeploy:CreateDeployment': { operation: 'deploy-service', strategy: 'CODE_DEPLOY' },
};

/** Sent again, they are refused, because the name is taken, or the revision INACTIVE: the run then looks, with or without. */
const isHarmless = (operation: string) =>
  operation === 'CreateExpressGatewayService' || operation === 'DeregisterTaskDefinition';

/** Each write without a token, sent again by the adapter after a lost answer as if a second one were the same. */
export const adapterMutants: readonly Mutant[] = [
  ...repeated('ecs', ecsCalls),
  ...repeated('codedeploy', codeDeployCalls),
];

function repeated(service: string, table: Readonly<Record<string, CallRule>>): readonly Mutant[] {
  return Object.entries(table)
    .filter(([operation, { kind }]) => kind === 'once' && !isHarmless(operation))
    .map(([operation]) => ({
      name: `sends ${operation} again after a lost answer`,
      edits: [
        {
          file: `aws/src/calls/${service}.ts`,
          replace: `  ${operation}: { kind: 'once',`,
          by: `  ${operation}: { kind: 'repeatable',`,
        },
      ],
      timelines: { ...timelines[`${service}:${operation}`], lost: `${service}:${operation}` },
      sees: 'duplicate' as const,
    }));
}
