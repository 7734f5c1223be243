import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createPrincipals, type Principal } from '../authorization/principals.ts';
import type { SandboxClock } from '../clock/clock.ts';
import { seededRandom } from '../clock/random.ts';
import { createRealClock } from '../clock/real-clock.ts';
import { createVirtualClock } from '../clock/virtual-clock.ts';
import { createFaultBook } from '../faults/fault-book.ts';
import { createThrottle } from '../faults/throttle.ts';
import { Dispatcher } from '../protocol/dispatcher.ts';
import { createJournal } from '../protocol/journal.ts';
import { RegistryServer } from '../registry/http/registry-server.ts';
import { FileBlobStore } from '../registry/storage/blob-store.ts';
import { createRepositories } from '../registry/storage/repositories.ts';
import { createTokens } from '../registry/tokens.ts';
import { ecr } from '../services/ecr/module.ts';
import { services } from '../services/services.ts';
import { type Commit, openStateFile, type StateFile } from '../state/state-file.ts';
import { createRegions, partitionOf } from './regions.ts';
import { checkOptions, type SandboxOptions } from './sandbox-options.ts';

interface Saved {
  readonly now: number;
  readonly tokenKey: string;
  readonly principals: readonly Principal[];
  readonly regions: Readonly<Record<string, unknown>>;
}

export type Parts = ReturnType<typeof assemble>;

/** All parts of a sandbox, wired and brought back to where the folder's state left them. Nothing listens yet. */
export function buildParts(options: SandboxOptions): Parts {
  checkOptions(options);
  if (options.folder === undefined) return assemble(options, undefined, undefined);
  const stateFile = openStateFile(
    options.folder,
    () => parts.snapshot(),
    (error) => parts.defect(error, 'state.json'),
  );
  let parts: Parts;
  try {
    parts = assemble(options, stateFile, stateFile.read() as Saved | undefined);
  } catch (error) {
    // A state that cannot be read must not leave its folder locked.
    stateFile.release();
    throw error;
  }
  return parts;
}

const clockOf = (kind: SandboxOptions['clock'], seed: number, start: number | undefined): SandboxClock =>
  kind === 'virtual'
    ? createVirtualClock({ seed, ...(start === undefined ? {} : { start }) })
    : createRealClock({ seed });

/** What needs no other part than the clock. */
function basicParts(options: SandboxOptions, stateFile: StateFile | undefined, saved: Saved | undefined) {
  const { accountId = '123456789012', region = 'us-east-1', enforce = false, limits = {} } = options;
  const { tasks = 'scripted', timing = {}, docker = {} } = options;
  const partition = partitionOf(region);
  const seed = options.seed ?? (options.clock === 'virtual' ? 1 : randomBytes(4).readUInt32LE());
  const clock = clockOf(options.clock, seed, saved?.now);
  const tokenKey = saved?.tokenKey ?? randomBytes(32).toString('hex');
  const apis = [...services, ...(options.services ?? [])];
  const commit: Commit = stateFile?.commit ?? ((work) => work());
  return {
    accountId,
    region,
    partition,
    enforce,
    tasks,
    timing,
    docker,
    apis,
    clock,
    tokenKey,
    tokens: createTokens(tokenKey),
    tokenMilliseconds: limits.tokenMilliseconds ?? 12 * 3_600_000,
    // Each part draws from its own numbers, so that a fault or a request more does not change a rollout.
    principals: createPrincipals(accountId, partition, seededRandom(seed + 1)),
    faults: createFaultBook(seededRandom(seed + 2)),
    random: seededRandom(seed + 3),
    seedOfRegions: seed + 4,
    throttle: createThrottle(limits.throttling ?? 'off', () => clock.elapsed(), apis),
    journal: createJournal(limits.journal ?? 20_000),
    blobs: new FileBlobStore(options.folder && join(options.folder, 'registry')),
    commit,
    changed() {
      stateFile?.schedule();
      options.changed?.();
    },
    defect:
      options.defect ??
      ((error: unknown, where: string) => console.error(`landfall sandbox: a defect in ${where}:`, error)),
  };
}

function assemble(options: SandboxOptions, stateFile: StateFile | undefined, saved: Saved | undefined) {
  let listening: string | undefined;
  const basic = { ...basicParts(options, stateFile, saved), host: () => listening };
  const { clock, principals } = basic;
  const regions = createRegions(basic, basic.apis, basic.seedOfRegions, basic);
  const { home } = regions;
  if (saved) {
    principals.restore(saved.principals);
    regions.restore(saved.regions);
  }
  return {
    ...basic,
    regions,
    dispatcher: new Dispatcher({
      ...basic,
      service: (name, account, where) => regions.at(account, where).services.get(name),
    }),
    registry: new RegistryServer({
      ...basic,
      repositories: home.shared(createRepositories).byName,
      pushed(repository, digest) {
        const image = repository.images.get(digest);
        if (repository.scanOnPush && image)
          home.shared(ecr.create).scans.start(repository, image, clock.now());
      },
    }),
    snapshot: (): Saved => ({
      now: clock.now(),
      tokenKey: basic.tokenKey,
      principals: principals.list(),
      regions: regions.save(),
    }),
    listensAt(address: string) {
      listening = address;
    },
    async close(keep: boolean) {
      for (const one of regions.all()) await one.close(keep);
      clock.close();
      await basic.blobs.close();
      await stateFile?.close();
    },
  };
}
