import type { Probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip, warn } from '../check.ts';
import { type Answer, simulate } from '../simulate.ts';
import { containerNamed, containersOf, onFargate, type Subject } from '../subject.ts';
import type { Role } from './roles.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html */
const channelActions = [
  'ssmmessages:CreateControlChannel',
  'ssmmessages:CreateDataChannel',
  'ssmmessages:OpenControlChannel',
  'ssmmessages:OpenDataChannel',
];

/** What the task role may do; undefined when there is no role to ask about. */
type Channels = Probe<readonly Answer[]> | undefined;

export async function readChannels(roles: readonly Role[], world: World): Promise<Channels> {
  const role = roles.find(({ of }) => of === 'task role')?.role;
  if (role?.kind !== 'found') return undefined;
  return simulate({ principal: role.value.arn, actions: channelActions, resources: ['*'] }, world);
}

/**
 * The settings that ECS Exec needs. With `asked` what is missing is an error; a service that merely has it turned
 * on gets warnings, because its tasks run without it.
 */
export function checkExec(subject: Subject, channels: Channels, asked: boolean): readonly Check[] {
  const { service, taskDefinition } = subject;
  const on = service?.enableExecuteCommand;
  if (!asked && !on) return [skip('exec', 'ECS Exec', 'is neither requested nor enabled')];
  const bad = asked ? error : warn;
  const checks: Check[] = [];
  if (!service)
    checks.push(skip('exec', 'enable-execute-command', 'is not checked, because no service is set'));
  else if (on) checks.push(ok('exec', 'enable-execute-command', 'is on'));
  else {
    checks.push(
      bad(
        'exec',
        'enable-execute-command',
        'is disabled for the service, so its tasks start without the ECS Exec agent',
        'Deploy with `enable-execute-command: true`; only tasks started after that can be entered.',
      ),
    );
  }
  checks.push(channelCheck(taskDefinition.taskRoleArn, channels, bad));
  for (const container of containersOf(subject)) {
    const name = containerNamed(container);
    checks.push(
      container.readonlyRootFilesystem
        ? bad(
            'exec',
            name,
            'has a read-only root file system, and the ECS Exec agent must write to it',
            'Set readonlyRootFilesystem to false.',
          )
        : ok('exec', name, 'has a root file system that the ECS Exec agent can write to'),
    );
    if (!container.linuxParameters?.initProcessEnabled) {
      checks.push(
        warn(
          'exec',
          name,
          'has no init process, so what the ECS Exec agent leaves behind is not reaped',
          'Set linuxParameters.initProcessEnabled to true.',
        ),
      );
    }
  }
  const platform = service?.platformVersion;
  if (onFargate(subject) && platform && /^1\.[0-3]\./.test(platform)) {
    checks.push(
      bad(
        'exec',
        'platform version',
        `is ${platform}; ECS Exec needs 1.4.0 or later`,
        'Set the platform version of the service to LATEST.',
      ),
    );
  }
  return checks;
}

function channelCheck(role: string | undefined, channels: Channels, bad: typeof error): Check {
  if (!role) {
    return bad(
      'exec',
      'task role',
      'is not set, but the ECS Exec agent needs it to open its channels',
      `Set taskRoleArn to a role that allows ${channelActions.join(', ')}.`,
    );
  }
  if (channels === undefined) {
    return skip('exec', 'task role', 'could not be read, so it is not known whether it allows ECS Exec');
  }
  if (channels.kind !== 'found') {
    const why =
      channels.kind === 'denied'
        ? `the caller lacks ${channels.action}`
        : 'its policies could not be evaluated';
    return warn(
      'exec',
      'task role',
      `may or may not allow ECS Exec: ${why}`,
      'Allow iam:SimulatePrincipalPolicy to the role of this job, so that this can be checked.',
    );
  }
  const missing = channels.value.filter(({ decision }) => decision !== 'allowed').map(({ action }) => action);
  return missing.length === 0
    ? ok('exec', 'task role', 'allows the ECS Exec channels')
    : bad(
        'exec',
        'task role',
        `lacks ${missing.join(', ')}`,
        `Allow ${missing.join(', ')} on * to the task role.`,
      );
}
