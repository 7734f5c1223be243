import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a program says of its version; undefined when it is not installed. */
export const installed = (program: string, ...argv: readonly string[]) =>
  run(program, argv.length > 0 ? argv : ['--version']).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );

/** What of a Docker engine and Debian's registry is missing on this machine; undefined when nothing is. */
export async function missingForImages(): Promise<string | undefined> {
  if (!(await installed('docker', 'version', '--format', '{{.Server.Version}}')))
    return 'no Docker engine responds';
  return (await installed('docker-registry', '--version')) ? undefined : 'docker-registry is not installed';
}
