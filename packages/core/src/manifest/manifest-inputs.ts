import type { ValuesOf } from '../inputs/input.ts';
import { list, pairs, path, text } from '../inputs/kinds.ts';
import { variableName } from './interpolate.ts';

const name = { expression: variableName, rule: 'the name of a variable (letters, digits and _)' };

export const standardManifest = 'landfall.yml';

/** The inputs of every operation on a manifest. */
export const manifestInputs = {
  manifest: path({
    default: standardManifest,
    description: 'The file that describes the services. Its own paths start at its folder.',
  }),
  vars: pairs({
    name,
    description: 'Variables, as `name=value`, over those of the manifest.',
    example: 'tag=1.4.2',
  }),
  'env-vars': list({
    item: name,
    description:
      'Environment variables that become variables of the manifest, over all others. No other environment variable is read.',
    example: 'BUILD_NUMBER',
  }),
  image: text({
    description: 'The image that `${image}` of the manifest stands for.',
    example: '123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2',
  }),
  'services-yaml': path({
    description:
      'The services file of wacul/aws-ecs, instead of `manifest`. Environment variables then win over all others wherever a template names them.',
    example: 'infra/services.yml',
  }),
  'environment-yaml': list({
    description: 'The environment files for `services-yaml`, one for each environment.',
    example: 'infra/conf/dev.yml',
  }),
};

export type ManifestValues = ValuesOf<typeof manifestInputs>;
