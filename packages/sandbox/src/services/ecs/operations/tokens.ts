import type { EcsContext } from '../model/ecs-context.ts';
import { conflict, invalid } from '../model/faults.ts';

/** How long ECS remembers a client token of RunTask. */
const REMEMBERED = 24 * 3_600_000;

/** The request without its token, in one order of keys, so that two requests can be compared. */
function fingerprint(request: object): string {
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key, member]) => key !== 'clientToken' && member !== undefined)
        .sort(([left], [right]) => (left < right ? -1 : 1))
        .map(([key, member]) => [key, sorted(member)]),
    );
  };
  return JSON.stringify(sorted(request));
}

/**
 * What a request with this token made before. Undefined when the token is new, or there is none.
 *
 * @throws ConflictException when it was used with other parameters
 */
export function madeBefore(
  ecs: EcsContext,
  scope: string,
  token: unknown,
  request: object,
): readonly string[] | undefined {
  if (token === undefined) return undefined;
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,64}$/.test(token)) {
    throw invalid('clientToken must be 1 to 64 characters in the range of 33-126.');
  }
  const known = ecs.state.tokens.get(`${scope}/${token}`);
  if (known === undefined || known.at + REMEMBERED < ecs.clock.now()) return undefined;
  if (known.request !== fingerprint(request)) {
    throw conflict(
      'The request with the same clientToken was made with different parameters.',
      known.resources,
    );
  }
  return known.resources;
}

export function rememberToken(
  ecs: EcsContext,
  scope: string,
  token: string | undefined,
  request: object,
  resources: readonly string[],
): void {
  if (token === undefined) return;
  ecs.state.tokens.set(`${scope}/${token}`, {
    request: fingerprint(request),
    resources,
    at: ecs.clock.now(),
  });
}
