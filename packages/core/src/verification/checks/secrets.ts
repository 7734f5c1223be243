import { type Probe, probe } from '../../reading/probe.ts';
import type { SecretReference } from '../../task-definition/parse/value-sources.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip } from '../check.ts';
import { notFound } from '../not-found.ts';
import type { Subject } from '../subject.ts';
import { type SecretUse, secretUses } from './secret-references.ts';

/**
 * The names of the keys of a secret, never its values; undefined when it is not a JSON object, or the keys
 * were not requested.
 */
interface SecretFacts {
  readonly deleted: boolean;
  readonly keys: readonly string[] | undefined;
}

/** By `keyOf` of the reference. */
type Secrets = ReadonlyMap<string, Probe<SecretFacts>>;

const mostNames = 10;
const shortestMasked = 8;

const keyOf = (one: SecretReference) =>
  one.kind === 'parameter'
    ? `parameter ${one.region ?? ''} ${one.name}`
    : `secret ${one.id} ${one.stage ?? ''} ${one.version ?? ''}`;

export async function readSecrets(subject: Subject, world: World): Promise<Secrets> {
  const uses = Map.groupBy(
    secretUses(subject).map(({ reference }) => reference),
    keyOf,
  );
  const found = new Map<string, Probe<SecretFacts>>();
  const parameters = [...uses.values()].flatMap(([one]) => (one?.kind === 'parameter' ? [one] : []));
  await Promise.all([
    ...[...uses].map(async ([key, same]) => {
      const [one] = same;
      if (one?.kind !== 'secret') return;
      const keysWanted = same.some((each) => each.kind === 'secret' && each.key !== undefined);
      found.set(key, await readSecret(one, keysWanted, world));
    }),
    ...[...Map.groupBy(parameters, (one) => one.region)].map(([region, list]) =>
      readParameters(region, list, found, world),
    ),
  ]);
  return found;
}

/** The value is read only when its keys are requested; it is masked and not output. */
async function readSecret(
  { id, region, stage, version }: Extract<SecretReference, { kind: 'secret' }>,
  keysWanted: boolean,
  { aws, host }: World,
): Promise<Probe<SecretFacts>> {
  const signal = host.cancellation;
  return probe(async () => {
    const manager = await aws.secretsManager(region);
    if (!keysWanted) {
      const { DeletedDate } = await manager.describeSecret({ SecretId: id }, { signal });
      return { deleted: DeletedDate !== undefined, keys: undefined };
    }
    const { SecretString } = await manager.getSecretValue(
      {
        SecretId: id,
        ...(stage !== undefined && { VersionStage: stage }),
        ...(version !== undefined && { VersionId: version }),
      },
      { signal },
    );
    const content = objectOf(SecretString);
    for (const value of content ? Object.values(content) : [SecretString]) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      if (text !== undefined && text.length >= shortestMasked) host.mask(text);
    }
    return { deleted: false, keys: content && Object.keys(content) };
  });
}

async function readParameters(
  region: string | undefined,
  list: readonly Extract<SecretReference, { kind: 'parameter' }>[],
  found: Map<string, Probe<SecretFacts>>,
  { aws, host }: World,
): Promise<void> {
  for (let start = 0; start < list.length; start += mostNames) {
    const some = list.slice(start, start + mostNames);
    const asked = await probe(async () => {
      const ssm = await aws.ssm(region);
      // Not decrypted: that it exists is all there is to know.
      const { InvalidParameters = [] } = await ssm.getParameters(
        { Names: some.map(({ name }) => name), WithDecryption: false },
        { signal: host.cancellation },
      );
      return new Set(InvalidParameters);
    });
    for (const one of some) {
      if (asked.kind !== 'found') found.set(keyOf(one), asked);
      else if (asked.value.has(one.name)) found.set(keyOf(one), { kind: 'absent' });
      else found.set(keyOf(one), { kind: 'found', value: { deleted: false, keys: undefined } });
    }
  }
}

function objectOf(text: string | undefined): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    // Not JSON: it has no keys. The parser's message quotes the text, which is a secret.
    return undefined;
  }
}

export function checkSecrets(subject: Subject, secrets: Secrets): readonly Check[] {
  const uses = secretUses(subject);
  if (uses.length === 0) return [skip('secret', 'secrets', 'are not used')];
  return uses.map((use) => checkUse(use, secrets.get(keyOf(use.reference)) ?? { kind: 'absent' }));
}

function checkUse({ user, reference }: SecretUse, asked: Probe<SecretFacts>): Check {
  const what = reference.kind === 'secret' ? `secret ${reference.id}` : `parameter ${reference.name}`;
  if (asked.kind !== 'found') {
    return notFound('secret', user, asked, {
      message: `comes from the ${what}, which does not exist${reference.region ? ` in ${reference.region}` : ''}`,
      remedy: `Create the ${reference.kind}, or correct valueFrom.`,
    });
  }
  const { deleted, keys } = asked.value;
  if (deleted) {
    return error(
      'secret',
      user,
      `comes from the ${what}, which is being deleted`,
      'Restore the secret (RestoreSecret), or correct valueFrom.',
    );
  }
  if (reference.kind === 'parameter' || reference.key === undefined) {
    return ok('secret', user, `comes from the ${what}, which exists`);
  }
  if (!keys) {
    return error(
      'secret',
      user,
      `comes from the key ${reference.key} of the ${what}, whose value is not a JSON object`,
      `Store a JSON object in the secret, or remove ":${reference.key}::" from valueFrom.`,
    );
  }
  if (!keys.includes(reference.key)) {
    return error(
      'secret',
      user,
      `comes from the key ${reference.key} of the ${what}, which has ${keys.length > 0 ? `the keys ${[...keys].sort().join(', ')}` : 'no keys'}`,
      `Add the key ${reference.key} to the secret, or correct valueFrom.`,
    );
  }
  return ok('secret', user, `comes from the key ${reference.key} of the ${what}, which has it`);
}
