import type { SecretStore } from '../../ports/secrets.ts';

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

/** By account and region, `123456789012/us-east-1`. */
export type Parameters = Map<string, Map<string, Parameter>>;
export const createParameters = (): Parameters => new Map();

/** Those of one account in one region. */
export function parametersIn(all: Parameters, accountId: string, region: string): Map<string, Parameter> {
  const place = `${accountId}/${region}`;
  const found = all.get(place) ?? new Map<string, Parameter>();
  all.set(place, found);
  return found;
}

/** Reads parameters as the ECS agent does: by a name in its own account and region, or by an ARN. */
export const createParameterStore = (all: Parameters, accountId: string, region: string): SecretStore => ({
  lookup(valueFrom) {
    const [, , , itsRegion = region, itsAccount = accountId] = valueFrom.startsWith('arn:')
      ? valueFrom.split(':')
      : [];
    const found = parametersIn(all, itsAccount, itsRegion).get(plainName(valueFrom));
    return found
      ? { kind: 'found', value: found.value }
      : { kind: 'missing', from: 'ssm', detail: `invalid ssm parameters: ${plainName(valueFrom)}` };
  },
});
