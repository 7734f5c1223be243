import type { SandboxClock } from '../../clock/clock.ts';
import type { AwsService, Handler } from '../../protocol/aws-service.ts';
import type { TaskSetPort } from '../ecs/task-set-port.ts';
import { codeDeployAdmin } from './admin.ts';
import { readAppSpec } from './app-spec.ts';
import { groupHandlers } from './group-handlers.ts';
import { readHandlers } from './read-handlers.ts';
import type { Deployment, DeploymentGroup, RollbackConfiguration } from './records.ts';
import { EVENTS, endDeployment, isActive, type RunParts, runDeployment } from './run-deployment.ts';
import { createStore, fault } from './store.ts';

export interface CodeDeployDeps {
  readonly clock: SandboxClock;
  readonly accountId: string;
  readonly region: string;
  readonly partition: string;
  readonly random: () => number;
  readonly taskSets: TaskSetPort;
  readonly changed: () => void;
}

export interface CodeDeployService extends AwsService {
  /** What the Lambda functions of AppSpec hooks answer, by name; the others succeed. */
  setHooks(answers: Readonly<Record<string, 'Succeeded' | 'Failed'>>): void;
  /** An alarm of a deployment group goes off: its deployment is stopped. */
  trip(application: string, group: string): void;
}

interface Saved {
  readonly applications: readonly string[];
  readonly groups: readonly DeploymentGroup[];
  readonly deployments: readonly Deployment[];
}

/** CodeDeploy for ECS: blue/green deployments of services with the CODE_DEPLOY controller. */
export function createCodeDeploy(deps: CodeDeployDeps): CodeDeployService {
  const { clock, taskSets, changed } = deps;
  let answers: Readonly<Record<string, 'Succeeded' | 'Failed'>> = {};

  const store = createStore(deps);
  const { applications, groups, deployments, identifier } = store;
  const parts: RunParts = {
    clock,
    taskSets,
    changed,
    hook: (name) => answers[name.slice(name.lastIndexOf(':') + 1)] ?? 'Succeeded',
    undo(failed) {
      const undoing = newDeployment(failed.group, {
        ...failed,
        creator: 'codeDeployRollback',
        undoes: failed.id,
      });
      undoing.blue = failed.blue;
      undoing.green = failed.green;
      runDeployment(parts, undoing);
      return undoing.id;
    },
  };

  const newDeployment = (
    group: DeploymentGroup,
    like: Pick<
      Deployment,
      'configuration' | 'description' | 'revision' | 'spec' | 'rollback' | 'creator' | 'undoes'
    >,
  ): Deployment => {
    const { configuration, description, revision, spec, rollback, creator, undoes } = like;
    const deployment: Deployment = {
      id: identifier(),
      group,
      configuration,
      description,
      revision,
      spec,
      rollback,
      creator,
      undoes,
      createdAt: clock.now(),
      status: 'Created',
      blue: undefined,
      green: undefined,
      weight: 0,
      events: undoes === undefined ? EVENTS.map((name) => ({ name, status: 'Pending' })) : [],
      step: 0,
      shift: 0,
      since: clock.now(),
      proceed: { ready: false, termination: false },
    };
    deployments.set(deployment.id, deployment);
    changed();
    return deployment;
  };

  const { group, deployment, configurationNamed } = store;

  const handlers: Record<string, Handler> = {
    ...groupHandlers(store),
    ...readHandlers(store),
    CreateDeployment(input) {
      const target = group(input.applicationName, input.deploymentGroupName);
      const configuration = configurationNamed(input.deploymentConfigName ?? target.configuration);
      const { hooks, ...spec } = readAppSpec(input.revision);
      const active = [...deployments.values()].find((each) => each.group === target && isActive(each));
      if (active !== undefined) {
        throw fault(
          'DeploymentLimitExceededException',
          `The Deployment Group '${target.name}' already has an active Deployment '${active.id}'`,
        );
      }
      const rollback: RollbackConfiguration = input.autoRollbackConfiguration ?? target.rollback;
      const made = newDeployment(target, {
        configuration,
        description: input.description,
        revision: input.revision,
        spec: { ...spec, hooks: [...hooks] },
        rollback,
        creator: 'user',
        undoes: undefined,
      });
      runDeployment(parts, made);
      return { deploymentId: made.id };
    },
    StopDeployment(input) {
      const found = deployment(input.deploymentId);
      if (!isActive(found))
        throw fault('DeploymentAlreadyCompletedException', `The deployment ${found.id} is already complete.`);
      endDeployment(parts, found, 'DEPLOYMENT_STOP_ON_REQUEST', input.autoRollbackEnabled);
      return { status: 'Succeeded', statusMessage: 'Deployment stopped.' };
    },
    ContinueDeployment(input) {
      const found = deployment(input.deploymentId);
      if (!isActive(found))
        throw fault('DeploymentAlreadyCompletedException', `The deployment ${found.id} is already complete.`);
      if (input.deploymentWaitType === 'TERMINATION_WAIT') {
        found.proceed.termination = true;
      } else {
        if (found.status !== 'Ready')
          throw fault(
            'DeploymentIsNotInReadyStateException',
            `The deployment ${found.id} is not in ready state.`,
          );
        found.proceed.ready = true;
      }
      return {};
    },
  };

  const setHooks: CodeDeployService['setHooks'] = (next) => {
    answers = next;
  };
  const trip: CodeDeployService['trip'] = (applicationName, name) => {
    // Of those there are now: the deployment that undoes one is not stopped with it.
    for (const each of [...deployments.values()]) {
      if (each.group.application === applicationName && each.group.name === name && isActive(each)) {
        endDeployment(parts, each, 'DEPLOYMENT_STOP_ON_ALARM', undefined);
      }
    }
  };

  const arn = (kind: string, name: string): string =>
    `arn:${deps.partition}:codedeploy:${deps.region}:${deps.accountId}:${kind}:${name}`;
  /** Who creates a deployment must be allowed to look at its configuration, and to note and read its revision. */
  const alsoOfCreation = (application: string, group: string, configuration: string | undefined) => {
    const used = configuration ?? groups.get(`${application}/${group}`)?.configuration ?? '*';
    return [
      { action: 'codedeploy:GetDeploymentConfig', resource: arn('deploymentconfig', used) },
      { action: 'codedeploy:GetApplicationRevision', resource: arn('application', application) },
      { action: 'codedeploy:RegisterApplicationRevision', resource: arn('application', application) },
    ];
  };
  return {
    handlers,
    authorize(operation, input) {
      if (operation.endsWith('Application'))
        return { resources: [arn('application', input.applicationName ?? '*')] };
      if (operation === 'GetDeploymentConfig')
        return { resources: [arn('deploymentconfig', input.deploymentConfigName ?? '*')] };
      // The reference knows no resource for them, although they name a deployment.
      if (['StopDeployment', 'ContinueDeployment'].includes(operation) || /Targets?$/.test(operation))
        return { resources: ['*'] };
      const namesGroup = input.deploymentGroupName !== undefined || input.deploymentId !== undefined;
      if (operation.startsWith('List') && !namesGroup) return { resources: ['*'] };
      const owner = deployments.get(input.deploymentId ?? input.deploymentIds?.[0])?.group;
      const application = input.applicationName ?? owner?.application ?? '*';
      const group = input.deploymentGroupName ?? owner?.name ?? '*';
      const resources = [arn('deploymentgroup', `${application}/${group}`)];
      return operation === 'CreateDeployment'
        ? { resources, also: alsoOfCreation(application, group, input.deploymentConfigName) }
        : { resources };
    },
    setHooks,
    trip,
    admin: codeDeployAdmin({ groups: () => [...groups.values()], setHooks, trip }),
    save: (): Saved => ({
      applications: [...applications],
      groups: [...groups.values()],
      deployments: [...deployments.values()],
    }),
    restore(state) {
      const saved = structuredClone(state) as Saved;
      for (const name of saved.applications) applications.add(name);
      for (const each of saved.groups) groups.set(`${each.application}/${each.name}`, each);
      for (const each of saved.deployments) {
        const own = groups.get(`${each.group.application}/${each.group.name}`) ?? each.group;
        const found = { ...each, group: own };
        deployments.set(found.id, found);
        if (isActive(found)) runDeployment(parts, found);
      }
    },
  };
}
