import { arnParts, nameInArn } from '../../account/arn.ts';
import { LandfallError } from '../../errors/landfall-error.ts';

/** `arn:…:service/main/web` → `main`. Undefined for a name, and for an ARN of the old form, `arn:…:service/web`. */
const clusterInArn = (asked: string) =>
  /^service\/([^/]+)\/[^/]+$/.exec(arnParts(asked)?.resource ?? '')?.[1];

/**
 * A service is read by its name. Its ARN says in which cluster it is, too: there may be one of this name in another.
 * @throws INPUT_INVALID
 */
export function refuseOtherCluster(asked: string, cluster: string): void {
  const own = clusterInArn(asked);
  if (own === undefined || own === nameInArn(cluster)) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `service ${asked} is in cluster ${own}, not in ${nameInArn(cluster)}`,
    remedy: `Set \`cluster\` to ${own}, or give only the name of the service.`,
    facts: { asked, cluster },
  });
}

/**
 * An ARN names its region and its account, too. What was found by the name must be what the ARN names.
 * @throws INPUT_INVALID
 */
export function refuseOtherPlace(asked: string, found: string | undefined): void {
  const wanted = arnParts(asked);
  const actual = arnParts(found ?? '');
  if (!wanted || !actual) return;
  if (wanted.region === actual.region && wanted.account === actual.account) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `${asked} is in region ${wanted.region} and account ${wanted.account}; this run uses region ${actual.region} and account ${actual.account}`,
    remedy: 'Set `region`, and use credentials of that account; or give only the name.',
    facts: { asked, found },
  });
}
