import { boolean, choice, integer } from '../../inputs/kinds.ts';
import { onOutsideChange } from './outside-change-inputs.ts';

export const forceNewDeployment = boolean({
  default: 'false',
  description:
    'Start a deployment even when nothing has changed. Meanwhile, the service carries the tag `landfall:forcing`, so that a run that is killed and run again resumes the deployment it forced.',
});

/** What may be changed of a service alongside its task definition: `Settings`. */
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
  'enable-execute-command': boolean({
    description: 'Enable or disable ECS Exec for the service. Omitted unless set.',
  }),
};
