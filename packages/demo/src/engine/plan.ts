/** What the demo knows of this machine before it decides how to come to a Docker engine. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly isRoot: boolean;
  /** The version of the engine that answers, if one does. */
  readonly answers?: string | undefined;
  /** Whether the user points elsewhere; then nothing is started instead. */
  readonly dockerHost?: string | undefined;
  readonly hasClient: boolean;
  readonly hasDaemon: boolean;
  readonly hasAptGet: boolean;
}

export type EnginePlan =
  | { readonly kind: 'use'; readonly version: string }
  | { readonly kind: 'start' }
  | { readonly kind: 'install-and-start' }
  | { readonly kind: 'none'; readonly why: string };

/** An engine that runs is used and left alone; else one is started; else, where that is possible, installed. */
export function planEngine(machine: Machine): EnginePlan {
  if (machine.answers !== undefined) return { kind: 'use', version: machine.answers };
  if (machine.dockerHost) return none(`no Docker engine responds at DOCKER_HOST=${machine.dockerHost}`);
  if (machine.platform !== 'linux') return none('no Docker engine responds; start Docker Desktop');
  if (machine.hasClient && machine.hasDaemon) {
    return machine.isRoot
      ? { kind: 'start' }
      : none(
          'no Docker engine responds, and starting one needs root: `sudo systemctl start docker`, or join the group `docker`',
        );
  }
  if (!machine.hasAptGet) return none('Docker is not installed: see https://docs.docker.com/engine/install/');
  return machine.isRoot
    ? { kind: 'install-and-start' }
    : none('Docker is not installed: `sudo apt-get install docker.io iptables`');
}

const none = (why: string): EnginePlan => ({ kind: 'none', why });
