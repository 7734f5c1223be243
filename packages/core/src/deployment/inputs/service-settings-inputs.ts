import { optional, type ValuesOf } from '../../inputs/input.ts';
import { parseServiceVolume } from '../../inputs/json-inputs.ts';
import { boolean, choice, integer, text } from '../../inputs/kinds.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import { checkLaunchVolume } from '../../task-definition/launch-volume.ts';
import { onOutsideChange } from './outside-change-inputs.ts';

export const forceNewDeployment = boolean({
  default: 'false',
  description:
    'Start a deployment even when nothing has changed. Meanwhile, the service carries the tag `landfall:forcing`, so that a run that is killed and run again resumes the deployment it forced.',
});

/** Rules across them. */
export const checkSettings = (given: ValuesOf<typeof settingInputs>): readonly InputProblem[] =>
  given.serviceManagedEbsVolume?.length === 0
    ? []
    : checkLaunchVolume(
        'service-managed-ebs-volume',
        given.serviceManagedEbsVolumeName,
        given.serviceManagedEbsVolume,
      );

/** What may be changed of a service besides its task definition: `Settings`. */
export const settingInputs = {
  'desired-count': integer(
    { min: 0, max: 100_000 },
    { description: 'Set the number of tasks. Omitted unless set, so that autoscaling is not overridden.' },
  ),
  'force-new-deployment': forceNewDeployment,
  'on-outside-change': onOutsideChange,
  'enable-ecs-managed-tags': boolean({
    description: 'Enable or disable ECS managed tags for the tasks of the service. Omitted unless set.',
  }),
  'propagate-tags': choice(['SERVICE', 'TASK_DEFINITION', 'NONE'], {
    description: 'Where task tags are propagated from. Omitted unless set.',
  }),
  'service-managed-ebs-volume-name': text({
    maxLength: 255,
    description: 'The volume of the task definition that `service-managed-ebs-volume` configures.',
    example: 'data',
  }),
  'service-managed-ebs-volume': optional(
    'JSON',
    'The Amazon EBS volume of each task of the service, as UpdateService takes it: an object with a `roleArn`. The task definition must configure the volume at launch. `{}` removes the volume of the service. Omitted unless set.',
    parseServiceVolume,
    '{"roleArn": "arn:aws:iam::123456789012:role/ecsInfrastructureRole", "sizeInGiB": 10}',
  ),
  'enable-execute-command': boolean({
    description: 'Enable or disable ECS Exec for the service. Omitted unless set.',
  }),
};
