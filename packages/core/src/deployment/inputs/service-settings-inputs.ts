import { boolean, choice, integer } from '../../inputs/kinds.ts';
import { forceNewDeployment } from './force-input.ts';
import { onOutsideChange } from './outside-change-inputs.ts';

/** What may be changed of a service beside its task definition: `Settings`. */
export const settingInputs = {
  'desired-count': integer(
    { min: 0, max: 100_000 },
    { description: 'Set the number of tasks. Not sent when not given, so that an autoscaler keeps its say.' },
  ),
  'force-new-deployment': forceNewDeployment,
  'on-outside-change': onOutsideChange,
  'enable-ecs-managed-tags': boolean({
    description: 'Turn ECS managed tags on or off for the tasks of the service. Not sent when not given.',
  }),
  'propagate-tags': choice(['SERVICE', 'TASK_DEFINITION', 'NONE'], {
    description: 'Where the tags of tasks come from. Not sent when not given.',
  }),
  'enable-execute-command': boolean({
    description: 'Turn ECS Exec on or off for the service. Not sent when not given.',
  }),
};
