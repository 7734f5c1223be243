import type { EcsContext } from '../model/ecs-context.ts';
import { cannotPull } from '../task-rules/reasons.ts';
import { type DockerEngine, DockerEngineError } from './engine.ts';

type LocalImage =
  | { readonly kind: 'present'; readonly reference: string; readonly digest: string | undefined }
  | { readonly kind: 'absent'; readonly reason: string };

/**
 * Brings an image onto the engine: from the sandbox's registry when it is there, otherwise the engine's own copy,
 * otherwise from where its name leads.
 */
export async function ensureImage(
  ecs: EcsContext,
  engine: DockerEngine,
  reference: string,
  signal: AbortSignal,
): Promise<LocalImage> {
  const resolved = ecs.registry.resolve(reference);
  const source = ecs.registry.pull(reference);
  if (source !== undefined && resolved.kind === 'found') {
    const failure = await pull(engine, source.reference, source, signal);
    return failure === undefined
      ? { kind: 'present', reference: source.reference, digest: resolved.digest }
      : { kind: 'absent', reason: failure };
  }
  const own = await inspect(engine, reference);
  if (own !== undefined) {
    return { kind: 'present', reference, digest: own.RepoDigests?.[0]?.split('@')[1] ?? own.Id };
  }
  if (resolved.kind === 'missing') return { kind: 'absent', reason: cannotPull(reference, 'not-found') };
  const failure = await pull(engine, reference, undefined, signal);
  if (failure !== undefined) return { kind: 'absent', reason: failure };
  return {
    kind: 'present',
    reference,
    digest: (await inspect(engine, reference))?.RepoDigests?.[0]?.split('@')[1],
  };
}

interface Inspected {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
}

async function inspect(engine: DockerEngine, reference: string): Promise<Inspected | undefined> {
  try {
    return await engine.call<Inspected>('GET', `/images/${encodeURIComponent(reference)}/json`);
  } catch (error) {
    if (error instanceof DockerEngineError && error.status === 404) return undefined;
    throw error;
  }
}

/** Undefined when it went well, else what ECS says of it. */
async function pull(
  engine: DockerEngine,
  reference: string,
  login: { readonly username: string; readonly password: string } | undefined,
  signal: AbortSignal,
): Promise<string | undefined> {
  const headers =
    login === undefined
      ? {}
      : {
          'x-registry-auth': Buffer.from(
            JSON.stringify({
              username: login.username,
              password: login.password,
              serveraddress: reference.split('/')[0],
            }),
          )
            // The engine's decoder (Go's URLEncoding) wants the padding that `base64url` omits.
            .toString('base64')
            .replaceAll('+', '-')
            .replaceAll('/', '_'),
        };
  const complaint = (message: string): string =>
    `CannotPullContainerError: Error response from daemon: ${message}`;
  try {
    const answer = await engine.stream('POST', `/images/create?fromImage=${encodeURIComponent(reference)}`, {
      headers,
      signal,
    });
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    for (const line of text.split('\n')) {
      if (line.trim() === '') continue;
      const { error } = JSON.parse(line) as { error?: string };
      if (error !== undefined) return complaint(error);
    }
    return undefined;
  } catch (error) {
    if (error instanceof DockerEngineError) return complaint(error.message);
    throw error;
  }
}
