import { AwsFault } from '../../api/aws-service.ts';
import type { TaskSetPort } from '../ecs/task-set-port.ts';
import type { Deployment, DeploymentGroup } from './records.ts';
import { shiftsOf } from './traffic.ts';

export const fault = (code: string, message: string): AwsFault => new AwsFault(code, message);

interface StoreParts {
  readonly random: () => number;
  readonly taskSets: TaskSetPort;
  readonly changed: () => void;
}

/** What CodeDeploy remembers, and how it is found: each look-up throws CodeDeploy's own error. */
export function createStore({ random, taskSets, changed }: StoreParts) {
  const applications = new Set<string>();
  const groups = new Map<string, DeploymentGroup>();
  const deployments = new Map<string, Deployment>();

  const identifier = (): string => {
    let id = 'd-';
    while (id.length < 11) id += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'[Math.floor(random() * 36)];
    return id;
  };
  const application = (name: unknown): string => {
    if (typeof name !== 'string' || name === '')
      throw fault('ApplicationNameRequiredException', 'An application name is required.');
    if (!applications.has(name))
      throw fault('ApplicationDoesNotExistException', `No application found for name: ${name}`);
    return name;
  };
  const group = (applicationName: unknown, name: unknown): DeploymentGroup => {
    const found = groups.get(`${application(applicationName)}/${name}`);
    if (found === undefined)
      throw fault('DeploymentGroupDoesNotExistException', `No Deployment Group found for name: ${name}`);
    return found;
  };
  const deployment = (id: unknown): Deployment => {
    if (typeof id !== 'string' || id === '')
      throw fault('DeploymentIdRequiredException', 'A deployment id is required.');
    const found = deployments.get(id);
    if (found === undefined)
      throw fault('DeploymentDoesNotExistException', `The deployment ${id} could not be found`);
    return found;
  };
  const configurationNamed = (name: unknown): string => {
    if (shiftsOf(String(name)) === undefined) {
      throw fault(
        'DeploymentConfigDoesNotExistException',
        `No deployment configuration found for name: ${name}`,
      );
    }
    return String(name);
  };

  return {
    applications,
    groups,
    deployments,
    taskSets,
    changed,
    identifier,
    application,
    group,
    deployment,
    configurationNamed,
  };
}

export type Store = ReturnType<typeof createStore>;
