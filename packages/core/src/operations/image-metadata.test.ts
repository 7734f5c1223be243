import { describe, expect, test } from '@jest/globals';
import { runReported } from '@landfall/report/run-reported';
import { type FakeWorldOptions, fakeWorld } from '../testing/fake-world.ts';
import { imageMetadata } from './image-metadata.ts';

const sha = '0123456789abcdef0123456789abcdef01234567';
const committedAt = '2030-04-06T19:08:09+02:00';
const release = {
  sha,
  tag: 'v1.2.3',
  repository: 'acme/web',
  sourceUrl: 'https://github.com/acme/web',
  description: 'The site',
  license: 'MIT',
  committedAt,
};
const main = { sha, branch: 'main', defaultBranch: 'main', committedAt };
const rules = 'type=sha\ntype=semver,pattern={{version}}';

async function metadata(inputs: Record<string, string>, options: FakeWorldOptions = {}) {
  const world = fakeWorld({ commit: release, run: { event: 'push' }, ...options, inputs });
  const result = await runReported(imageMetadata, world);
  const bake = (part = '') => JSON.parse(world.files.contents[result.outputs[`bake-file${part}`]!]!);
  return { world, result, outputs: result.outputs, bake };
}

describe('outputs', () => {
  test('quote a label of several lines, so that none of its lines is another label', async () => {
    const given = '"note=a ""b""\nevil=1"';
    const { outputs } = await metadata({ labels: given, annotations: given, 'annotation-levels': 'index' });
    expect(outputs.labels).toContain(`${given}\norg.opencontainers.image.created=`);
    expect(outputs.annotations).toContain('"index:note=a ""b""\nevil=1"\nindex:org.opencontainers');
    const again = await metadata({ labels: outputs.labels! });
    expect(again.outputs.labels).toBe(outputs.labels);
    const apart = await metadata({ labels: given, 'sep-labels': '|' });
    expect(apart.outputs.labels).toContain('note=a "b"\nevil=1|org');
  });

  test('are those of docker/metadata-action, for every image', async () => {
    const { outputs, bake, world, result } = await metadata({
      images: 'acme/web\nghcr.io/acme/web',
      tags: rules,
      labels: 'org.opencontainers.image.title=Web\nmaintainer=Ada <ada@example.com>\nfrom={{tag}}{{branch}}',
      annotations: 'team=web',
      'annotation-levels': 'manifest,index',
      'bake-target': 'web',
    });
    const names = ['1.2.3', 'sha-0123456', 'latest'];
    const tags = ['acme/web', 'ghcr.io/acme/web'].flatMap((image) => names.map((name) => `${image}:${name}`));
    const own = {
      'org.opencontainers.image.created': '2030-04-06T17:08:09Z',
      'org.opencontainers.image.description': 'The site',
      'org.opencontainers.image.licenses': 'MIT',
      'org.opencontainers.image.revision': sha,
      'org.opencontainers.image.source': 'https://github.com/acme/web',
      'org.opencontainers.image.title': 'web',
      'org.opencontainers.image.url': 'https://github.com/acme/web',
      'org.opencontainers.image.version': '1.2.3',
    };
    const labels = {
      from: 'v1.2.3',
      maintainer: 'Ada <ada@example.com>',
      ...own,
      'org.opencontainers.image.title': 'Web',
    };
    const lines = (of: object) => Object.entries(of).map(([name, value]) => `${name}=${value}`);
    const annotations = ['manifest', 'index'].flatMap((level) =>
      lines({ ...own, team: 'web' }).map((line) => `${level}:${line}`),
    );
    expect(outputs).toMatchObject({
      version: '1.2.3',
      tags: tags.join('\n'),
      'tag-names': names.join('\n'),
      labels: lines(labels).join('\n'),
      annotations: annotations.join('\n'),
    });
    expect(JSON.parse(outputs.json!)).toEqual({ tags, 'tag-names': names, labels, annotations });
    const args = { DOCKER_META_IMAGES: 'acme/web,ghcr.io/acme/web', DOCKER_META_VERSION: '1.2.3' };
    expect(bake()).toEqual({ target: { web: { tags, labels, args } } });
    expect(bake('-tags')).toEqual({ target: { web: { tags, args } } });
    expect(bake('-labels')).toEqual({ target: { web: { labels } } });
    expect(bake('-annotations')).toEqual({ target: { web: { annotations } } });
    expect([result.calls, world.requests]).toEqual([{}, []]);
  });

  test('are separated as the inputs say, by blanks too', async () => {
    const { outputs } = await metadata({
      tags: rules,
      'sep-tags': ' ',
      'sep-labels': '|',
      'sep-annotations': '\t',
    });
    expect(outputs.tags).toBe('1.2.3 sha-0123456 latest');
    expect(outputs['tag-names']).toBe(outputs.tags);
    expect(outputs.labels!.split('|')).toHaveLength(8);
    expect(outputs.annotations!.split('\t')).toHaveLength(8);
  });

  test('are in the environment of later steps on GitHub alone, as with the official action', async () => {
    const onGitHub = await metadata({ tags: rules }, { name: 'github' });
    expect(onGitHub.world.host.variables).toMatchObject({
      DOCKER_METADATA_OUTPUT_VERSION: '1.2.3',
      DOCKER_METADATA_OUTPUT_JSON: onGitHub.outputs.json,
      DOCKER_METADATA_OUTPUT_BAKE_FILE_TAGS: onGitHub.outputs['bake-file-tags'],
    });
    expect((await metadata({ tags: rules }, { name: 'circleci' })).world.host.variables).toEqual({});
  });

  test('a variable that the official action reads, and this one does not, is a warning', async () => {
    const { world } = await metadata({}, { environment: { DOCKER_METADATA_ANNOTATIONS_LEVELS: 'index' } });
    expect(world.host.lines[0]).toBe(
      'warning: DOCKER_METADATA_ANNOTATIONS_LEVELS is not read: use the input `annotation-levels`',
    );
  });

  test('a rule that is a whole reference stands beside the images, as written', async () => {
    const { outputs } = await metadata({ images: 'acme/web', tags: 'v1\nquay.io/o/app:v1\nuser/app:v2' });
    expect(outputs.tags).toBe('acme/web:v1\nquay.io/o/app:v1\nuser/app:v2');
    expect(outputs['tag-names']).toBe('v1\nv2');
  });
});

describe('the default rules', () => {
  test.each([
    ['a branch', main, 'push', 'main'],
    ['a tag', release, 'push', 'v1.2.3\nlatest'],
    ['a pull request', { sha, pullRequest: 7 }, 'pull_request', 'pr-7'],
    ['a schedule', main, 'schedule', 'nightly\nmain'],
    ['a host that does not tell the event', main, undefined, 'main'],
  ])('are those of the official action: %s', async (_, commit, event, tags) => {
    const { outputs } = await metadata({}, { commit, run: event === undefined ? {} : { event } });
    expect(outputs.tags).toBe(tags);
  });

  test('a run for which no rule produces a tag is green, with a warning', async () => {
    const { result, world } = await metadata({ tags: 'type=ref,event=tag' }, { commit: main });
    expect(result).toMatchObject({ ok: true, outputs: { version: '', tags: '', 'tag-names': '' } });
    expect(world.host.lines).toContain('warning: no rule produces a tag for this run');
  });
});

describe('what is wrong', () => {
  test('is reported together, before any file is written', async () => {
    const { result, world } = await metadata({
      images: 'acme/web:1',
      tags: 'type=semvr',
      flavor: 'latest=maybe',
      labels: 'a={{shaa}}',
      annotations: 'b={{date YYYY}}',
    });
    expect(result.error?.details).toEqual([
      'images holds "acme/web:1", which must not contain a tag or a digest; put tags in `tags`',
      'tags holds "type=semvr", which does not name a kind of rule (raw, sha, ref, semver, pep440, match, edge, schedule, build-id, time) (did you mean "semver"?)',
      'flavor holds "latest=maybe", which must be auto, true or false',
      'labels has a value of a that holds {{shaa}}, which is not a placeholder (did you mean "sha"?)',
      expect.stringMatching(/^annotations has a value of b that must give a date's format in quotes, /),
    ]);
    expect(world.files.contents).toEqual({});
  });

  test.each([
    [{ tags: 'sha' }, 'tags rule "sha" produces no tag: the CI host does not provide the commit'],
    [
      { tags: 'v1', labels: "when={{commit_date 'YYYY'}}" },
      'labels has a value of when that cannot be filled: the CI host does not provide the commit-date; check the commit out before this step',
    ],
  ])('a fact that the host should provide is an error: %j', async (inputs, summary) => {
    const { result, world } = await metadata(inputs, { commit: {} });
    expect(result.error).toMatchObject({ code: 'INPUT_INVALID', summary });
    expect(world.files.contents).toEqual({});
  });
});

test('context: git is the commit that is checked out', async () => {
  const world = fakeWorld({ inputs: { context: 'git', tags: 'sha' } });
  const asked: (string | undefined)[] = [];
  const host = {
    ...world.host,
    commit: async (folder?: string) => {
      asked.push(folder);
      return { sha };
    },
  };
  const { outputs } = await runReported(imageMetadata, { ...world, host });
  expect([asked, outputs.version]).toEqual([['.'], '0123456']);
});
