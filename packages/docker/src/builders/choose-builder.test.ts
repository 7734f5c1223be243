import { describe, expect, test } from '@jest/globals';
import type { BuilderRequirement } from './builder-requirements.ts';
import { type Candidate, chooseBuilder, refuseIgnored } from './choose-builder.ts';

const old: Candidate = { program: '/usr/bin/docker', clientVersion: '20.10.24+dfsg1' };
const bare: Candidate = { program: '/usr/local/bin/docker', clientVersion: '28.2.2' };
const full: Candidate = { ...bare, buildxVersion: '0.25.0', driver: 'docker' };
const container: Candidate = { ...full, driver: 'docker-container' };
const secrets: BuilderRequirement = { input: 'secrets', needs: 'buildkit' };
const platforms: BuilderRequirement = { input: 'platforms', needs: 'buildx' };
const shmSize: BuilderRequirement = { input: 'shm-size', needs: 'engine', engine: '23.0.0' };
const ulimit: BuilderRequirement = { ...shmSize, input: 'ulimit' };
const sbom: BuilderRequirement = { input: 'sbom', needs: 'buildx', since: '0.10.0' };

describe('the builder that is chosen', () => {
  test.each<[string, Candidate[], BuilderRequirement[], object]>([
    [
      'buildx, where the plugin answers',
      [full, old],
      [],
      { kind: 'buildx', program: full.program, loads: true },
    ],
    [
      'BuildKit, by a client before 23',
      [old],
      [secrets],
      { kind: 'buildkit', program: old.program, loads: true },
    ],
    [
      'BuildKit, by the next docker on PATH that is before 23',
      [bare, old],
      [secrets],
      { kind: 'buildkit', program: old.program },
    ],
    [
      'the classic builder, when nothing asked for needs more',
      [bare],
      [],
      { kind: 'classic', program: bare.program },
    ],
    [
      'the classic builder, which limits what it runs',
      [bare],
      [shmSize],
      { kind: 'classic', byEngine: false },
    ],
    [
      'the buildx of a later docker, when an input needs it',
      [old, full],
      [platforms],
      { kind: 'buildx', program: full.program },
    ],
    [
      'a container builder, which keeps the image to itself',
      [container],
      [],
      { kind: 'buildx', loads: false },
    ],
  ])('is %s', (_, candidates, requirements, expected) => {
    expect(chooseBuilder(candidates, requirements, false)).toMatchObject(expected);
  });

  test('says what it does instead, when it is not the first docker on PATH', () => {
    expect(chooseBuilder([bare, old], [], false).notice).toBe(
      '/usr/local/bin/docker 28.2.2 has no buildx; /usr/bin/docker 20.10.24+dfsg1 builds instead',
    );
    expect(chooseBuilder([bare], [], false).notice).toBe(
      '/usr/local/bin/docker 28.2.2 has no buildx: using the classic builder, which is deprecated and does not support RUN --mount; install the docker buildx plugin for BuildKit',
    );
  });

  test('says which plugin docker does not take', () => {
    const broken = { ...bare, brokenPlugin: '/root/.docker/cli-plugins/docker-buildx' };
    expect(chooseBuilder([broken, old], [], false).notice).toBe(
      '/usr/local/bin/docker 28.2.2 has no buildx (it does not accept /root/.docker/cli-plugins/docker-buildx); /usr/bin/docker 20.10.24+dfsg1 builds instead',
    );
    expect(() => chooseBuilder([broken], [platforms], false)).toThrow(
      expect.objectContaining({
        code: 'TOOL_MISSING',
        summary:
          'docker does not accept the buildx plugin in /root/.docker/cli-plugins/docker-buildx, and platforms needs it',
        remedy:
          "It must be executable, of this machine's architecture, and where this docker looks (docs.docker.com/go/buildx): fix that, or omit these inputs.",
      }),
    );
  });

  test('takes a buildx built from source for a new one', () => {
    const source = { ...full, buildxVersion: '0.0.0+unknown' };
    expect(chooseBuilder([source], [sbom], true).kind).toBe('buildx');
  });

  test('pushes an index itself, even with the engine as its driver', () => {
    expect(chooseBuilder([full], [platforms], true).loads).toBe(false);
  });
});

describe('no builder', () => {
  test.each<[string, Candidate[], BuilderRequirement[], string]>([
    ['without any docker', [], [], 'docker is not on the PATH'],
    [
      'for secrets, with a classic builder only',
      [bare],
      [secrets],
      'docker buildx is not installed, and secrets needs it',
    ],
    [
      'for several platforms without buildx',
      [old],
      [secrets, platforms],
      'docker buildx is not installed, and platforms needs it',
    ],
    [
      'with a buildx that is too old',
      [{ ...full, buildxVersion: '0.9.1' }],
      [sbom],
      'buildx 0.9.1 is too old for sbom (0.10.0)',
    ],
  ])('L07: %s, TOOL_MISSING says what is missing', (_, candidates, requirements, summary) => {
    expect(() => chooseBuilder(candidates, requirements, false)).toThrow(
      expect.objectContaining({ code: 'TOOL_MISSING', summary }),
    );
  });
});

test('L07: an engine whose BuildKit would take an input and do nothing with it is TOOL_MISSING', () => {
  expect(() => refuseIgnored([secrets, shmSize, ulimit], '20.10.24+dfsg1')).toThrow(
    expect.objectContaining({
      code: 'TOOL_MISSING',
      summary: 'the BuildKit of the engine 20.10.24+dfsg1 is too old for shm-size (23.0.0), ulimit (23.0.0)',
      remedy:
        'Use a newer engine, or a separate builder (docker buildx create --name ci --driver docker-container) named in `builder`, or omit these inputs.',
    }),
  );
  refuseIgnored([secrets, shmSize, ulimit], '23.0.0');
});
