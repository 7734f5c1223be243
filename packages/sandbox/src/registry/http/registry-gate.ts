import type { IncomingMessage } from 'node:http';
import { AwsFault } from '../../api/aws-service.ts';
import type { Question } from '../../authorization/evaluate.ts';
import { permit, questionsOf } from '../../authorization/permit.ts';
import type { Principal, Principals } from '../../authorization/principals.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import { agent, type Tokens } from '../tokens.ts';
import { RegistryFault } from './registry-fault.ts';

export interface GateParts {
  readonly tokens: Tokens;
  readonly principals: Principals;
  readonly enforce: boolean;
  readonly clock: SandboxClock;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  host(): string | undefined;
}

/** Who may do what: the login of ECR, and permissions as IAM has them. `undefined` stands for ECS's own agent. */
export function createRegistryGate(parts: GateParts) {
  const { clock } = parts;

  const authenticate = (message: IncomingMessage): Principal | undefined => {
    const challenge = {
      'WWW-Authenticate': `Basic realm="http://${parts.host()}/",service="ecr.amazonaws.com"`,
    };
    const basic = /^Basic +([\w+/=-]+)$/i.exec(message.headers.authorization ?? '');
    const login = Buffer.from(basic?.[1] ?? '', 'base64').toString('utf8');
    const claims = login.startsWith('AWS:') ? parts.tokens.read(login.slice('AWS:'.length)) : undefined;
    if (!claims) throw new RegistryFault(401, 'UNAUTHORIZED', 'Not Authorized', challenge);
    if (clock.now() >= claims.expires) {
      throw new RegistryFault(
        403,
        'DENIED',
        'Your authorization token has expired. Reauthenticate and try again.',
      );
    }
    if (claims.accessKeyId === agent) return undefined;
    const principal = parts.principals.find(claims.accessKeyId);
    if (!principal) throw new RegistryFault(401, 'UNAUTHORIZED', 'Not Authorized', challenge);
    return principal;
  };

  const allow = (
    principal: Principal | undefined,
    action: string | undefined,
    repository: string,
    note: (questions: readonly Question[]) => void,
  ) => {
    if (!principal || !action || !parts.enforce) return;
    const arn = `arn:${parts.partition}:ecr:${parts.region}:${parts.accountId}:repository/${repository || '*'}`;
    try {
      const { region, partition } = parts;
      const request = { now: clock.now(), region, partition, input: undefined };
      const questions = questionsOf(principal, action, { resources: [arn] }, request);
      note(questions);
      permit(principal, questions);
    } catch (error) {
      if (error instanceof AwsFault) throw new RegistryFault(403, 'DENIED', error.message);
      throw error;
    }
  };

  return { authenticate, allow };
}

export type RegistryGate = ReturnType<typeof createRegistryGate>;
