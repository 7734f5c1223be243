import { LandfallError } from '@landfall/core/errors/landfall-error';

/**
 * The oldest Node that the command line is tried on; the actions bring theirs. Node 20 has no `Map.groupBy`, and
 * would find that out in the middle of a deployment.
 */
export const oldestNode = '22.1';

/**
 * @param version like 20.20.2
 * @throws NODE_TOO_OLD
 */
export function checkNode(version: string, path: string): void {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestNode.split('.').map(Number);
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw new LandfallError('NODE_TOO_OLD', {
    summary: `Landfall needs Node.js ${oldestNode} or newer, and ${path} is ${version}`,
    facts: { node: version, path, oldest: oldestNode },
  });
}
