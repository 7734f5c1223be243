import { describe, expect, test } from '@jest/globals';
import { LandfallError } from '../errors/landfall-error.ts';
import { fakeHost } from '../testing/fake-host.ts';
import type { Ecr, Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { standingOf } from './moved-image.ts';

const image = '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:latest';
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
const denied = (action: string) =>
  new LandfallError('ACCESS_DENIED', { summary: 'denied', facts: { action } });

interface Told {
  /** The digest that ECS resolved, or why it does not say. */
  readonly runs?: string | Error;
  /** The digest that the tag names, or why ECR does not say. */
  readonly named?: string | Error;
  readonly manifest?: string;
}

function ask(
  reference: string,
  { runs, named, manifest = '{}' }: Told,
  revision: string | undefined = 'arn:revision',
) {
  const ecs: Partial<Ecs> = {
    describeServiceRevisions: async () => {
      if (runs instanceof Error) throw runs;
      return { serviceRevisions: [{ containerImages: [{ image: reference, imageDigest: runs }] }] };
    },
  };
  const ecr: Partial<Ecr> = {
    batchGetImage: async () => {
      if (named instanceof Error) throw named;
      return {
        images: named === undefined ? [] : [{ imageId: { imageDigest: named }, imageManifest: manifest }],
      };
    },
  };
  const world = { host: fakeHost(), aws: { ecr: async () => ecr } } as unknown as World;
  return standingOf(reference, revision, ecs as Ecs, world);
}

const untold = (why: string) => ({
  kind: 'unknown',
  why: `whether ${image} names another image by now cannot be told: ${why}`,
});

describe('whether a service runs what an image reference names now', () => {
  test.each<[string, string, Told, object]>([
    ['a digest names one image for ever', `web@${digest('a')}`, {}, { kind: 'same' }],
    ['a tag in ECR that names what runs', image, { runs: digest('a'), named: digest('a') }, { kind: 'same' }],
    [
      'a tag in ECR whose index names what runs',
      image,
      { runs: digest('a'), named: digest('b'), manifest: `{"manifests": [{"digest": "${digest('a')}"}]}` },
      { kind: 'same' },
    ],
    [
      'a tag in ECR that was pushed again',
      image,
      { runs: digest('a'), named: digest('b') },
      { kind: 'moved', why: `${image} names ${digest('b')} now, and ${digest('a')} runs` },
    ],
    [
      'ECR may not be read',
      image,
      { runs: digest('a'), named: denied('ecr:BatchGetImage') },
      untold('the caller lacks ecr:BatchGetImage'),
    ],
    [
      'revisions may not be read',
      image,
      { runs: denied('ecs:DescribeServiceRevisions'), named: digest('a') },
      untold('the caller lacks ecs:DescribeServiceRevisions'),
    ],
    ['ECS tells no digest', image, { named: digest('a') }, untold('AWS shows no digest of it')],
    ['ECR has no such tag', image, { runs: digest('a') }, untold('AWS shows no digest of it')],
  ])('%s', async (_case, reference, told, standing) => {
    expect(await ask(reference, told)).toEqual(standing);
  });

  test.each(['nginx:1', 'public.ecr.aws/team/web:latest'])(
    '%s is nowhere that can be asked',
    async (reference) => {
      expect(await ask(reference, { runs: digest('a'), named: digest('a') })).toEqual({
        kind: 'unknown',
        why: `whether ${reference} names another image by now cannot be told: it is not in a private registry of ECR`,
      });
    },
  );
});
