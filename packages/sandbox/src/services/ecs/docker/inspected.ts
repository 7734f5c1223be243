import type { ContainerDefinition, NetworkBinding } from '@aws-sdk/client-ecs';

/** What the engine's `GET /containers/<id>/json` says, as far as a task needs it. */
export interface Inspected {
  readonly State: {
    readonly Running: boolean;
    readonly ExitCode: number;
    readonly OOMKilled: boolean;
    readonly Health?: { readonly Status: 'starting' | 'healthy' | 'unhealthy' };
  };
  readonly NetworkSettings: {
    readonly Ports: Readonly<
      Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
    >;
  };
}

/** Where the ports of a container are published on this machine. */
export function publishedPorts(
  definition: ContainerDefinition,
  { NetworkSettings }: Inspected,
): NetworkBinding[] {
  return (definition.portMappings ?? []).flatMap((mapping): NetworkBinding[] => {
    const protocol = mapping.protocol ?? 'tcp';
    const bound = NetworkSettings.Ports[`${mapping.containerPort}/${protocol}`]?.[0];
    if (bound === undefined) return [];
    return [
      {
        bindIP: bound.HostIp,
        containerPort: mapping.containerPort,
        hostPort: Number(bound.HostPort),
        protocol,
      },
    ];
  });
}
