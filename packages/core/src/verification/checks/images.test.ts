import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../../errors/landfall-error.ts';
import { fakeWorld } from '../../testing/fake-world.ts';
import type { Registry } from '../../world/registry.ts';
import { checkImages, readImages } from './images.ts';

const subjectOf = (image: string, more: object = {}) => ({
  taskDefinition: {
    family: 'web',
    requiresCompatibilities: ['FARGATE' as const],
    containerDefinitions: [{ name: 'app', image, ...more }],
  },
});

/** A registry that has one image for linux/arm64, and notes what it was asked. */
function registryWith(parts: Partial<Registry> = {}) {
  const asked: string[] = [];
  const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const descriptor = { mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: 'sha256:m', size: 1 };
  const note = (what: string, { registry, repository, reference }: Parameters<Registry['head']>[0]) =>
    asked.push(`${what} ${registry} ${repository} ${reference}`);
  const registry = {
    head: async (target) => {
      note('head', target);
      return descriptor;
    },
    manifest: async (target) => {
      note('manifest', target);
      return { ...descriptor, bytes: bytes({ config: { digest: 'sha256:c' } }) };
    },
    blob: async (target) => {
      note('blob', target);
      return bytes({ os: 'linux', architecture: 'arm64' });
    },
    ...parts,
  } as Registry;
  return { asked, world: fakeWorld({ registry: async () => registry }) };
}

describe('an image in a registry that is not ECR', () => {
  test('is looked up there, with the platform that its configuration says', async () => {
    const { asked, world } = registryWith();
    const subject = subjectOf('quay.io/team/app:1');
    const checks = checkImages(subject, await readImages(subject, world));
    expect(checks).toEqual([
      {
        area: 'image',
        subject: 'app',
        state: 'ERROR',
        message: 'has the image quay.io/team/app:1 for linux/arm64, but the task runs on linux/amd64',
        remedy: 'Build the image for linux/amd64, or set runtimePlatform to match it.',
      },
    ]);
    expect(asked).toEqual([
      'head quay.io team/app 1',
      'manifest quay.io team/app 1',
      'blob quay.io team/app sha256:c',
    ]);
  });

  test('is only checked by HEAD at Docker Hub, where reading a manifest counts against the pulls', async () => {
    const { asked, world } = registryWith();
    const subject = subjectOf('nginx');
    const [check] = checkImages(subject, await readImages(subject, world));
    expect([check?.state, check?.message]).toEqual([
      'WARN',
      'has the image nginx, which exists; could not determine whether it supports linux/amd64',
    ]);
    expect(asked).toEqual(['head docker.io library/nginx latest']);
  });

  test('that is not there is an error, and so is one that could not be checked', async () => {
    const missing = registryWith({ head: async () => undefined });
    const refused = registryWith({
      head: async () => {
        throw new LandfallError('ENDPOINT_UNREACHABLE', { summary: 'no connection to quay.io' });
      },
    });
    const hanging = registryWith({
      head: async () => {
        throw new LandfallError('DOCKER_TIMED_OUT', { summary: 'docker-credential-x get was ended' });
      },
    });
    const subject = subjectOf('quay.io/team/app@sha256:'.concat('0'.repeat(64)));
    const states = [];
    for (const { world } of [missing, refused, hanging]) {
      states.push(
        checkImages(subject, await readImages(subject, world)).map((one) => `${one.state} ${one.message}`),
      );
    }
    expect(states).toEqual([
      [
        `ERROR needs the image ${subject.taskDefinition.containerDefinitions[0]?.image}, which does not exist`,
      ],
      ['ERROR could not be checked: no connection to quay.io'],
      ['ERROR could not be checked: docker-credential-x get was ended'],
    ]);
  });
});

test('an image that is no reference is an error', async () => {
  const { world, asked } = registryWith();
  const subject = subjectOf('quay.io/Team/App');
  const [check] = checkImages(subject, await readImages(subject, world));
  expect(check?.message).toBe(
    'has the image quay.io/Team/App, which must have a repository in lower case, got "Team/App"',
  );
  expect(asked).toEqual([]);
});
