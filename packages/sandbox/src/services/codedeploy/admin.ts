import { AwsFault } from '../../api/aws-service.ts';
import { isObject } from '../../api/json-members.ts';
import type { DeploymentGroup } from './records.ts';

type Answers = Readonly<Record<string, 'Succeeded' | 'Failed'>>;

export interface AdminParts {
  groups(): readonly DeploymentGroup[];
  setHooks(answers: Answers): void;
  trip(application: string, group: string): void;
}

const wrong = (message: string) => new AwsFault('Invalid', message);

/**
 * CodeDeploy's part of the admin API: `PUT hooks` (what functions answer, by name), and `PUT alarms/<name> {
 * "on": true }`, which stops the deployments in progress of every group that watches the alarm.
 */
export const codeDeployAdmin =
  ({ groups, setHooks, trip }: AdminParts) =>
  (method: string, path: readonly string[], body: unknown): unknown => {
    const [first, name] = path;
    switch (`${method} ${first}`) {
      case 'PUT hooks': {
        const answers = isObject(body) ? body : undefined;
        if (!answers || Object.values(answers).some((one) => one !== 'Succeeded' && one !== 'Failed'))
          throw wrong('PUT hooks { "<function>": "Succeeded" or "Failed" }.');
        setHooks(answers as Answers);
        return answers;
      }
      case 'PUT alarms': {
        // Nothing is kept of an alarm: it acts on what is in progress when it goes off.
        if (name === undefined || !isObject(body) || body.on !== true)
          throw wrong('PUT alarms/<name> { "on": true }.');
        const watching = groups().filter((group) => watches(group, name));
        if (watching.length === 0)
          throw new AwsFault('NotFound', `No deployment group watches the alarm ${name}.`, { status: 404 });
        for (const group of watching) trip(group.application, group.name);
        return { deploymentGroups: watching.map((group) => `${group.application}/${group.name}`) };
      }
      default:
        throw new AwsFault('NotFound', `There is no ${method} /_sandbox/codedeploy/${path.join('/')}.`, {
          status: 404,
        });
    }
  };

interface AlarmConfiguration {
  readonly enabled?: boolean;
  readonly alarms?: readonly { readonly name?: string }[];
}

function watches({ settings }: DeploymentGroup, alarm: string): boolean {
  const { enabled, alarms } = (settings.alarmConfiguration ?? {}) as AlarmConfiguration;
  return enabled === true && (alarms ?? []).some((one) => one.name === alarm);
}
