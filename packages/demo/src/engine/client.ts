import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { runProgram } from '../program/run-program.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The version of the engine that the `docker` client reaches with this environment; undefined when none answers. */
export async function engineVersion(environment: Environment): Promise<string | undefined> {
  if (!(await onPath('docker', environment))) return undefined;
  const result = await runProgram('docker', ['version', '--format', '{{.Server.Version}}'], { environment });
  const version = result.stdout.trim();
  return result.code === 0 && version !== '' ? version : undefined;
}

/** The file a program name leads to. */
export async function onPath(program: string, environment: Environment): Promise<string | undefined> {
  const folders = [...(environment.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin'].filter(Boolean);
  for (const folder of folders) {
    const file = join(folder, program);
    const runs = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (runs) return file;
  }
  return undefined;
}

/** Where the client finds its engine: DOCKER_HOST, or the current context's address. */
export async function engineAddress(environment: Environment): Promise<string | undefined> {
  if (environment.DOCKER_HOST) return environment.DOCKER_HOST;
  const argv = ['context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'];
  const { code, stdout } = await runProgram('docker', argv, { environment });
  return code === 0 && stdout.trim() !== '' ? stdout.trim() : undefined;
}
