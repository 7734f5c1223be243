import type { PortMapping } from '@aws-sdk/client-ecs';

/** `1m30s` → 90; undefined for what is not a duration. A bare number is seconds, as in `stop_grace_period`. */
export function secondsOf(given: unknown): number | undefined {
  const units: Readonly<Record<string, number>> = { us: 1e-6, ms: 1e-3, s: 1, m: 60, h: 3600, d: 86_400 };
  const text = String(given);
  if (/^\d+$/.test(text)) return Number(text);
  if (!/^(?:\d+(?:\.\d+)?(?:us|ms|s|m|h|d))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(us|ms|s|m|h|d)/g);
  return Math.ceil(
    [...parts].reduce((sum, [, count, unit = 's']) => sum + Number(count) * (units[unit] ?? 0), 0),
  );
}

/** `512m`, `1gb` or bytes → MiB, rounded up. */
export function mebibytesOf(given: unknown): number | undefined {
  const [, count, unit = 'b'] = /^(\d+(?:\.\d+)?)\s?([bkmg])?b?$/i.exec(String(given)) ?? [];
  if (count === undefined) return undefined;
  const exponent = { b: -2, k: -1, m: 0, g: 1 }[unit.toLowerCase()] ?? 0;
  return Math.ceil(Number(count) * 1024 ** exponent);
}

/** A size that Fargate has: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html */
const fargateSizes: readonly (readonly [cpu: number, from: number, to: number, step: number])[] = [
  [256, 512, 2048, 512],
  [512, 1024, 4096, 1024],
  [1024, 2048, 8192, 1024],
  [2048, 4096, 16_384, 1024],
  [4096, 8192, 30_720, 1024],
  [8192, 16_384, 61_440, 4096],
  [16_384, 32_768, 122_880, 8192],
];

/** The smallest size with at least that; undefined beyond the largest. */
export function fargateSize(cpu: number, memory: number) {
  const size = fargateSizes.find(([units, , most]) => units >= cpu && most >= memory);
  if (!size) return undefined;
  const [units, least, , step] = size;
  const exact = Math.max(least, Math.ceil(memory / step) * step);
  // Of the smallest CPU, 1.5 GB is not a size.
  return { cpu: String(units), memory: String(units === 256 && exact === 1536 ? 2048 : exact) };
}

/** A port of a container, and where Docker published it. */
export interface Port {
  readonly mapping: PortMapping;
  readonly published?: string;
}

const short =
  /^(?:(?:(?:\[[^\]]*\]|[^:/]*):)?(?<published>[^:/]*):)?(?<target>[^:/]+)(?:\/(?<protocol>\w+))?$/;

/** `127.0.0.1:8080:80/tcp`, `3000-3005`, or the long form; undefined for what is none. Nothing is published by awsvpc. */
export function portOf(given: unknown): Port | undefined {
  if (typeof given === 'object' && given !== null) {
    const { target, published, protocol, app_protocol: application, name } = given as Record<string, unknown>;
    if (target === undefined) return undefined;
    const mapping = mappingOf(String(target), protocol);
    return {
      mapping: {
        ...mapping,
        ...(name !== undefined && { name: String(name) }),
        ...(application !== undefined && { appProtocol: String(application) as PortMapping['appProtocol'] }),
      },
      ...(published !== undefined && { published: String(published) }),
    };
  }
  const { published, target, protocol } = short.exec(String(given))?.groups ?? {};
  if (target === undefined) return undefined;
  return { mapping: mappingOf(target, protocol), ...(published && { published }) };
}

function mappingOf(target: string, protocol: unknown): PortMapping {
  const range = /^\d+-\d+$/.test(target);
  const port = /^\d+$/.test(target) ? Number(target) : (target as unknown as number);
  return {
    ...(range ? { containerPortRange: target } : { containerPort: port }),
    ...(protocol !== undefined && protocol !== 'tcp' && { protocol: protocol as PortMapping['protocol'] }),
  };
}
