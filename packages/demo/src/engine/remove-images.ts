import { runProgram } from '../program/run-program.ts';
import type { Environment } from './client.ts';

/** Removes from the engine what it holds of a registry that is about to end. The build cache stays. */
export async function removeImages(registry: string, environment: Environment): Promise<void> {
  const format = '{{.Repository}} {{.Tag}} {{.Digest}}';
  const argv = ['image', 'ls', '--digests', '--format', format, '--filter', `reference=${registry}/*`];
  const { stdout } = await runProgram('docker', argv, { environment });
  const references = new Set<string>();
  for (const line of stdout.split('\n')) {
    const [repository, tag, digest] = line.split(' ');
    if (!repository?.startsWith(`${registry}/`)) continue;
    if (tag && tag !== '<none>') references.add(`${repository}:${tag}`);
    if (digest && digest !== '<none>') references.add(`${repository}@${digest}`);
  }
  if (references.size > 0)
    await runProgram('docker', ['image', 'rm', '--force', ...references], { environment });
}
