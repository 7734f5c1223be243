import type { Volume } from '@aws-sdk/client-ecs';
import { near } from '../inputs/near.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';

/** One without the other configures nothing, which ECS says only when it starts a task. */
export const checkLaunchVolume = (
  input: string,
  name: string | undefined,
  volume: object | undefined,
): readonly InputProblem[] =>
  (name === undefined) === (volume === undefined)
    ? []
    : [
        {
          input: name === undefined ? `${input}-name` : input,
          problem: `is required with ${name === undefined ? input : `${input}-name`}`,
        },
      ];

/** That the task definition configures that volume at launch, and none where there is none. */
export function checkVolumeOf(
  input: string,
  name: string | undefined,
  {
    family,
    volumes = [],
  }: { readonly family?: string | undefined; readonly volumes?: readonly Volume[] | undefined },
): readonly InputProblem[] {
  const names = volumes.flatMap((one) => (one.configuredAtLaunch && one.name ? [one.name] : []));
  if (name === undefined)
    return names.map((one) => ({
      input,
      problem: `is required: ${family} configures the volume ${one} at launch (configuredAtLaunch)`,
    }));
  if (names.includes(name)) return [];
  const has = names.length === 0 ? 'no volume' : `only ${names.join(', ')}`;
  return [
    {
      input: `${input}-name`,
      problem: `is ${name}${near(name, names)}, but ${family} configures ${has} at launch (configuredAtLaunch)`,
    },
  ];
}
