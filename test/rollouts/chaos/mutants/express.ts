import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const timelines = { operation: 'deploy-express-service', strategy: 'EXPRESS' } as const;

export const expressMutants: readonly Mutant[] = [
  {
    name: 'takes a deployment from before, which is set to the same, for the one whose answer was lost',
    edits: [
      {
        file: 'core/src/deployment/express/write.ts',
        replace: 'const isNew = !place.known.has(',
        by: 'const isNew = true || !place.known.has(',
      },
      {
        file: 'core/src/deployment/express/write.ts',
        replace: 'if (made.length <= 1) return made[0];',
        by: 'if (made) return made.at(-1);',
      },
    ],
    timelines: { ...timelines, lost: 'ecs:UpdateExpressGatewayService' },
    sees: 'false-green',
  },
  {
    name: 'compares with a service that is read behind, and makes once more what an earlier attempt has made',
    edits: [
      {
        file: 'core/src/deployment/express/find.ts',
        replace: 'if (isBehind(found.target.service, found.express)) {',
        by: 'if (false) {',
      },
    ],
    timelines,
    sees: 'duplicate',
  },
];
