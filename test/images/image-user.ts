import { iamPolicy } from '@landfall/app/commands/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';
import { buildPush } from '@landfall/core/operations/build-push';
import { ecrLogin } from '@landfall/core/operations/ecr-login';
import { ensureRepository } from '@landfall/core/operations/ensure-repository';
import { promoteImage } from '@landfall/core/operations/promote-image';
import { scanGate } from '@landfall/core/operations/scan-gate';
import type { Principal } from '@landfall/sandbox/authorization/principals';
import type { LocalAws } from '@landfall/sandbox/sandbox';

const ofImages = [ecrLogin, ensureRepository, buildPush, scanGate, promoteImage];

/**
 * A user who may do, with any repository and service, what the policies of the operations on images allow, and
 * nothing else.
 */
export function imageUser(account: LocalAws, also: readonly Operation[] = []): Principal {
  const { accountId, region } = account;
  const any = '?*';
  const names = { repository: any, image: any, source: any, target: any, cluster: any, service: any };
  return account.addPrincipal({
    policy: [...ofImages, ...also].map((operation) => {
      // Elsewhere a name may be that of something else: `target` is a stage of a Dockerfile.
      const resources = operation.permissions.map(({ resource }) => resource).join();
      const given = Object.entries(names).filter(([name]) => resources.includes(`\${${name}}`));
      return JSON.parse(
        iamPolicy(operation, new Map([['account', accountId], ['region', region], ...given])),
      );
    }),
  });
}
