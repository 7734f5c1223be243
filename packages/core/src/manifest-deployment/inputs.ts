import { onOutsideChange } from '../deployment/inputs/outside-change-inputs.ts';
import { allowedAccountIds, maxRetries, regionInput } from '../inputs/common.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { boolean, list, pairs, text } from '../inputs/kinds.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';
import * as patterns from '../inputs/patterns.ts';
import { manifestInputs } from '../manifest/manifest-inputs.ts';

/** What every operation takes that works on an environment of a manifest. */
export const environmentInputs = {
  ...manifestInputs,
  environment: text({
    required: true,
    description: 'The environment of the manifest.',
    example: 'production',
  }),
  groups: list({
    description: 'Only the services that belong to one of these groups. By default, all.',
    example: 'front',
  }),
  services: list({
    description:
      'Only these services, by their keys in the manifest. With `groups`, those that match both. By default, all.',
    example: 'web, worker',
  }),
  images: pairs({
    name: patterns.container,
    description:
      'The image of each container with this name, in every service and task, as `container=image`, over the manifest.',
    example: 'app=123456789012.dkr.ecr.eu-west-1.amazonaws.com/web:1.4.2',
  }),
  adopt: boolean({
    default: 'false',
    description:
      'Own the services that belong to no manifest yet: they get the tag `landfall:manifest`. By default, such a service is deployed, and not owned. Services that a run creates are owned.',
  }),
  prune: boolean({
    default: 'false',
    description:
      'Delete the services that the environment owns and the manifest no longer describes, once everything else is live. One that runs tasks, or wants to, is refused: scale it to zero first.',
  }),
  region: regionInput,
  'allowed-account-ids': allowedAccountIds,
  'on-outside-change': onOutsideChange,
  'max-retries': maxRetries,
};

/** The files of wacul/aws-ecs have no name that could own a service. */
export const checkOwner = (
  given: Pick<ValuesOf<typeof environmentInputs>, 'adopt' | 'prune' | 'servicesYaml' | 'groups' | 'services'>,
): readonly InputProblem[] => [
  ...(['adopt', 'prune'] as const)
    .filter((input) => given[input] && given.servicesYaml !== undefined)
    .map((input) => ({
      input,
      problem: 'needs a manifest, which has a name: convert-manifest writes one',
    })),
  ...(given.prune && (given.groups ?? given.services)
    ? [{ input: 'prune', problem: 'is for a whole environment: remove groups and services' }]
    : []),
];
