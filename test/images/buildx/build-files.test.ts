/** What our reader makes of a Compose or Bake file, and what `docker buildx bake --print` makes of it. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readPrintedBakeFile } from '@landfall/core/build-push/build-file/bake-file';
import { type BuildFile, isRemote } from '@landfall/core/build-push/build-file/build-target';
import { loadBuildFile } from '@landfall/core/build-push/build-file/load-build-file';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { createFiles } from '@landfall/hosts/machine/files';
import { describeUnless } from '../../runner/requirements.ts';
import { buildx, noBuildxProgram } from './machine.ts';

const home = mkdtempSync(join(tmpdir(), 'landfall-bake-'));
const folder = join(home, 'build-files');
cpSync(fileURLToPath(new URL('../build-files/', import.meta.url)), folder, { recursive: true });
// buildx looks for keys, secrets and the agent, too, to print.
const agent = join(home, 'agent');
const listening = createServer();
beforeAll(async () => await new Promise<void>((resolve) => listening.listen(agent, resolve)));
const key = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
for (const kind of ['compose', 'bake']) {
  mkdirSync(join(folder, kind, 'keys'));
  for (const name of ['id', 'npm']) writeFileSync(join(folder, kind, 'keys', name), key);
}
afterAll(() => {
  listening.close();
  rmSync(home, { recursive: true });
});
const environment = { FROM_JOB: 'of the job', EMPTY: '', SSH_AUTH_SOCK: agent };

interface Case {
  readonly name: string;
  /** To what the paths are relative. */
  readonly workspace: string;
  readonly files: readonly string[];
  readonly kind: 'compose' | 'bake';
}
const cases: readonly Case[] = [
  ...(['compose', 'bake'] as const).flatMap((kind) =>
    readdirSync(join(folder, kind))
      .filter((file) => file !== 'keys')
      .map((file) => ({
        name: `${kind}/${file}`,
        workspace: join(folder, kind),
        files: [file],
        kind,
      })),
  ),
  ...readdirSync(join(folder, 'projects')).map((name) => {
    const workspace = join(folder, 'projects', name);
    const files = readdirSync(workspace).filter((file) => /^compose.*yaml$/.test(file));
    // The override files come after.
    return { name: `projects/${name}`, workspace, files: files.sort().reverse(), kind: 'compose' as const };
  }),
];

async function ours({ workspace, files, kind }: Case) {
  const world = { ...fakeWorld({ environment }), files: createFiles({ workspace, temporaryFolder: home }) };
  const file = await loadBuildFile(
    {
      composeFile: kind === 'compose' ? files : undefined,
      bakeFile: kind === 'bake' ? files[0] : undefined,
      targets: undefined,
      targetsBeforePush: undefined,
      variables: undefined,
      set: undefined,
      repositories: undefined,
      repositoryPrefix: undefined,
      buildsAtOnce: 1,
    },
    world,
  );
  return plain(file);
}

function theirs({ workspace, files, name }: Case) {
  const [program, ...args] = buildx;
  const printed = execFileSync(
    program,
    [...args, 'bake', ...files.flatMap((file) => ['--file', file]), '--print', '--progress=quiet'],
    {
      cwd: workspace,
      encoding: 'utf8',
      env: { PATH: process.env.PATH, HOME: home, ...environment },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  const variable = (one: string) => (environment as Readonly<Record<string, string>>)[one];
  return plain(readPrintedBakeFile(JSON.parse(printed), name, variable));
}

/** The same in one spelling: what is a default is omitted, and the order counts for nothing. */
function plain({ targets }: BuildFile) {
  const path = (text: string) => (isRemote(text) ? text : posix.normalize(text).replace(/(?<=.)\/$/, ''));
  const spelt: Readonly<Record<string, (text: string) => string>> = {
    addHosts: (text) => text.replace(':', '='),
    cacheFrom: (text) => fields(text.includes('=') ? text : `type=registry,ref=${text}`),
    cacheTo: fields,
    attests: fields,
    shmSize: (text) => String(bytesOf(text)),
    // A variable that is not set is empty for buildx.
    images: (text) => text.replace(/\u0001.*\u0001/, ''),
  };
  return Object.fromEntries(
    targets.map(({ name, images, dockerfile, values }) => {
      const { context = '.', file, ...rest } = values;
      const standard = isRemote(context) ? 'Dockerfile' : `${context}/Dockerfile`;
      const own = {
        context: path(context),
        ...(dockerfile === undefined ? { file: path(file ?? standard) } : { dockerfile }),
      };
      const all = Object.entries({ ...rest, images }).flatMap(([field, value]) => {
        const spell = spelt[field] ?? ((text: string) => text);
        const items = [value ?? []].flat().filter((item) => item !== false);
        const texts = items.map((item) => (typeof item === 'string' ? spell(item) : JSON.stringify(item)));
        return texts.length === 0 ? [] : [[field, texts.sort()] as const];
      });
      return [name, { ...own, ...Object.fromEntries(all) }];
    }),
  );
}

const fields = (text: string) => text.split(',').sort().join(',');
const bytesOf = (text: string) => {
  const [, count, unit = ''] = /^(\d+)([kmg]?)/i.exec(text) ?? [];
  return Number(count) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
};

type Plain = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The fields that are not alike, `web.args`; `refused` where only one of them reads the file. */
function differing(one: Plain | undefined, other: Plain | undefined): readonly string[] {
  if (one === undefined || other === undefined) return ['refused'];
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...names].sort().flatMap((name) => {
    const [mine, theirs] = [one[name] ?? {}, other[name] ?? {}];
    const found = new Set([...Object.keys(mine), ...Object.keys(theirs)]);
    return [...found]
      .sort()
      .filter((field) => JSON.stringify(mine[field]) !== JSON.stringify(theirs[field]))
      .map((field) => `${name}.${field}`);
  });
}

/** Where the readers differ: in which fields, and why. */
const differences: Readonly<Record<string, { readonly fields: readonly string[]; readonly why: string }>> = {
  'compose/entitlements.yaml': { fields: ['web.allow'], why: 'bake drops what Compose allows.' },
  'compose/privileged.yaml': { fields: ['web.allow'], why: 'bake drops what Compose allows.' },
  'compose/image-and-tags.yaml': {
    fields: ['web.images'],
    why: 'For Compose the tags come in addition to the image; bake replaces it.',
  },
  'compose/no-cache-and-pull.yaml': { fields: ['web.noCache', 'web.pull'], why: 'bake drops them.' },
  'compose/variable-in-a-number.yaml': { fields: ['web.noCache'], why: 'bake drops it.' },
  'compose/platform-of-the-service.yaml': {
    fields: ['web.platforms'],
    why: 'Compose builds for the platform of the service; bake for that of the builder.',
  },
  'compose/no-cache-filter.yaml': { fields: ['refused'], why: 'The schema of this bake is older.' },
  'compose/provenance-and-sbom.yaml': { fields: ['refused'], why: 'The schema of this bake is older.' },
  'compose/provenance-off.yaml': { fields: ['refused'], why: 'The schema of this bake is older.' },
  'compose/secret-with-a-target.yaml': {
    fields: ['web.secretFiles'],
    why: 'For Compose the target is the id of the secret; bake keeps the name in the file.',
  },
  'compose/ulimits.yaml': { fields: ['web.ulimit'], why: 'bake makes 0 of a limit that is one number.' },
  'compose/yaml-forms.yaml': {
    fields: ['web.buildArgs'],
    why: 'A number with a leading 0 and a date stay as they are written, as in YAML 1.2.',
  },
  'bake/one-target.json': {
    fields: ['refused'],
    why: 'Without a group or target `default` all targets are built; bake wants them named.',
  },
  'projects/profiles': {
    fields: ['debug.context', 'debug.file', 'debug.target'],
    why: 'Compose leaves out a service whose profile is not active; bake builds it.',
  },
};

describeUnless(noBuildxProgram)('a build file is read as by buildx', () => {
  test.each(cases.map((one) => [one.name, one] as const))('%s', async (name, one) => {
    const mine = await ours(one);
    let printed: Plain | undefined;
    try {
      printed = theirs(one);
    } catch {
      // It refuses the file.
    }
    expect(differing(mine, printed)).toEqual(differences[name]?.fields ?? []);
  });
});
