import type { SecretStore } from '../../world/secrets.ts';

export interface Parameter {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly version: number;
  readonly changed: number;
}

/** A name out of a name or an ARN; a parameter with a path keeps its first slash. */
export function plainName(value: unknown): string {
  const text = String(value ?? '');
  const path = /^arn:[^:]*:ssm:[^:]*:\d*:parameter\/(.+)$/.exec(text)?.[1];
  if (path === undefined) return text;
  return path.includes('/') ? `/${path}` : path;
}

/** Reads parameters as the ECS agent does: by name, or by an ARN of this region. */
export const createParameterStore = (
  parameters: ReadonlyMap<string, Parameter>,
  region: string,
): SecretStore => ({
  lookup(valueFrom) {
    const isHere = !valueFrom.startsWith('arn:') || valueFrom.split(':')[3] === region;
    const found = isHere ? parameters.get(plainName(valueFrom)) : undefined;
    return found
      ? { kind: 'found', value: found.value }
      : { kind: 'missing', from: 'ssm', detail: `invalid ssm parameters: ${plainName(valueFrom)}` };
  },
});
