import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a registry password says: who got it, and until when it is good. */
interface TokenClaims {
  readonly accessKeyId: string;
  /** Epoch milliseconds. */
  readonly expires: number;
}

/** The access key under which ECS itself pulls. It needs no permission. */
export const agent = 'landfall-ecs-agent';

/** Passwords for the registry, signed with the sandbox's own key, so that nothing needs to be kept of them. */
export interface Tokens {
  issue(claims: TokenClaims): string;
  /** Undefined for a password that is not ours. An expired one is returned: saying so is the caller's part. */
  read(password: string): TokenClaims | undefined;
}

export function createTokens(key: string): Tokens {
  const sign = (payload: string) => createHmac('sha256', key).update(payload).digest('base64url');
  return {
    issue(claims) {
      const payload = Buffer.from(JSON.stringify({ ...claims, type: 'DATA_KEY', version: 2 })).toString(
        'base64url',
      );
      return `${payload}.${sign(payload)}`;
    },
    read(password) {
      const [payload = '', signature = ''] = password.split('.');
      const expected = Buffer.from(sign(payload));
      const given = Buffer.from(signature);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as TokenClaims;
    },
  };
}
