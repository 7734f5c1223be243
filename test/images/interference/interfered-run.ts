/** One run of an operation on ECR in which others act, answers are lost, and the run may be killed, at any request. */
import { createAws } from '@landfall/aws/aws';
import { inProcessAws } from '@landfall/aws/testing/in-process-aws';
import type { Operation } from '@landfall/core/operation/operation';
import type { RunRecord } from '@landfall/core/record/run-record';
import { fakeFiles } from '@landfall/core/testing/fake-files';
import { fakeHost } from '@landfall/core/testing/fake-host';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import type { Clock } from '@landfall/core/world/clock';
import { httpRegistry } from '@landfall/registry/testing/http-registry';
import { runReported } from '@landfall/report/run-reported';
import { AwsFault } from '@landfall/sandbox/api/aws-service';
import type { Principal } from '@landfall/sandbox/authorization/principals';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { drivenClock } from '@landfall/sandbox/clock/driven-clock';
import { jsonContentType, writeJson, writeJsonError } from '@landfall/sandbox/protocol/http/json-protocol';
import { LostReply } from '@landfall/sandbox/protocol/lost-reply';
import type { LocalAws } from '@landfall/sandbox/sandbox';
import fc from 'fast-check';
import { imageUser } from '../image-user.ts';

/** What goes wrong with the requests of a run, which are counted from 0. */
export interface Trouble {
  /** Requests that are done, and whose answers are lost. */
  readonly lost: readonly number[];
  /** Requests that ECR answers with an error of its own. */
  readonly failed: readonly number[];
  /** The request at which the run is killed, before ECR has done it or after. */
  readonly killed: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  /** Whether requests go through the SDK and a socket. */
  readonly overHttp: boolean;
}

const request = fc.nat(16);
export const troubles: fc.Arbitrary<Trouble> = fc.record({
  lost: fc.uniqueArray(request, { maxLength: 2 }),
  failed: fc.uniqueArray(request, { maxLength: 2 }),
  killed: fc.option(fc.record({ at: request, when: fc.constantFrom('before' as const, 'after' as const) }), {
    nil: undefined,
  }),
  overHttp: fc.boolean(),
});
export const noTrouble: Trouble = { lost: [], failed: [], killed: undefined, overHttp: false };

export interface Request {
  readonly number: number;
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: in the shapes of the API
  readonly input: any;
}

/** Answers a request, by `send` or in another way. */
export type Between = (request: Request, send: () => Promise<unknown>) => Promise<unknown>;

const never = new Promise<never>(() => {});

/** @returns undefined where the run was killed */
export async function interferedRun(
  world: LocalAws,
  operation: Operation,
  inputs: Readonly<Record<string, string>>,
  { lost, failed, killed, overHttp }: Trouble,
  between: Between,
): Promise<RunRecord | undefined> {
  let requests = 0;
  let dead = false;
  let kill = (): void => undefined;
  const death = new Promise<undefined>((resolve) => {
    kill = () => {
      dead = true;
      resolve(undefined);
    };
  });
  /** Requests are served one after the other, so that what others do before one is done before the next. */
  let turns: Promise<unknown> = Promise.resolve();
  /** What a test holds against a request, which the run would only take for an error of ECR. */
  const defects: unknown[] = [];
  const serve = async (called: string, input: unknown, send: () => Promise<unknown>) => {
    if (dead) return undefined;
    const number = requests++;
    const isLast = killed?.at === number;
    if (isLast && killed.when === 'before') kill();
    if (dead) return undefined;
    if (failed.includes(number)) throw new AwsFault('ServerException', 'Try again', { status: 500 });
    const answer = await between({ number, operation: called, input }, send).catch((thrown: unknown) => {
      if (!(thrown instanceof AwsFault)) defects.push(thrown);
      throw thrown;
    });
    if (isLast) kill();
    if (lost.includes(number)) throw new LostReply('reset', 'ecr', called);
    return answer;
  };
  const reached: LocalAws = {
    ...world,
    async dispatch(service, called, input, caller) {
      const turn = turns.then(() =>
        serve(called, input, () => world.dispatch(service, called, input, caller)),
      );
      turns = turn.catch(() => undefined);
      try {
        return dead ? await never : await turn;
      } finally {
        if (dead) await never;
      }
    },
  };
  const clock = { ...drivenClock(world.clock as VirtualClock), random: () => 0.5 };
  const host = fakeHost({ inputs });
  const alive = async <T>(what: Promise<T>): Promise<T> => {
    const answer = await what;
    return dead ? never : answer;
  };
  const { accessKeyId } = userOf(world);
  const living = { ...clock, sleep: (...args: Parameters<Clock['sleep']>) => alive(clock.sleep(...args)) };
  await using wire = overHttp ? await served(reached, accessKeyId) : undefined;
  const { docker, registry } = fakeWorld();
  const run = runReported(operation, {
    host,
    clock: living,
    files: fakeFiles({}, host),
    aws: wire ? await sdkTo(wire.host, living) : inProcessAws(reached, { clock, accessKeyId }),
    docker,
    registry,
  });
  const result = await Promise.race([run, death]);
  // A run that is red by one of its reads leaves the others on their way, and what others do before each of them.
  await turns;
  if (defects.length > 0) throw defects[0];
  return result;
}

const users = new WeakMap<LocalAws, Principal>();

function userOf(world: LocalAws): Principal {
  const user = users.get(world) ?? imageUser(world);
  users.set(world, user);
  return user;
}

/** ECR's own protocol in front of a world; an answer that is lost ends the connection. */
const served = (world: LocalAws, accessKeyId: string) =>
  httpRegistry(async ({ headers }, response, body) => {
    const [, operation = ''] = String(headers['x-amz-target']).split('.');
    const send = (status: number, text: string) =>
      response.writeHead(status, { 'content-type': jsonContentType }).end(text);
    try {
      send(200, writeJson(await world.dispatch('ecr', operation, JSON.parse(body.toString()), accessKeyId)));
    } catch (thrown) {
      if (thrown instanceof AwsFault) send(thrown.status, writeJsonError(thrown));
      else response.destroy();
    }
  });

const sdkTo = (host: string, clock: Clock) =>
  createAws({
    env: {
      AWS_ENDPOINT_URL: `http://${host}`,
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'any',
      AWS_SECRET_ACCESS_KEY: 'secret',
      HOME: '/nonexistent',
    },
    clock,
    operation: 'test',
    version: '0',
  });
