import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { readAppSpec } from './app-spec.ts';
import type { Deployment, DeploymentGroup, RollbackConfiguration } from './records.ts';
import { EVENTS, endDeployment, isActive, type RunParts, runDeployment } from './run-deployment.ts';
import { fault, type Store } from './store.ts';

interface DeploymentParts {
  readonly store: Store;
  readonly run: RunParts;
}

type Operation = OperationOf<DeploymentParts>;

/** What a deployment is made of, by its request or by the deployment that it undoes. */
type Plan = Pick<
  Deployment,
  'configuration' | 'description' | 'revision' | 'spec' | 'rollback' | 'creator' | 'undoes'
>;

function newDeployment({ store, run }: DeploymentParts, group: DeploymentGroup, plan: Plan): Deployment {
  const { configuration, description, revision, spec, rollback, creator, undoes } = plan;
  const deployment: Deployment = {
    id: store.identifier(),
    group,
    configuration,
    description,
    revision,
    spec,
    rollback,
    creator,
    undoes,
    createdAt: run.clock.now(),
    status: 'Created',
    blue: undefined,
    green: undefined,
    weight: 0,
    events: undoes === undefined ? EVENTS.map((name) => ({ name, status: 'Pending' })) : [],
    step: 0,
    shift: 0,
    since: run.clock.now(),
    proceed: { ready: false, termination: false },
  };
  store.deployments.set(deployment.id, deployment);
  store.changed();
  return deployment;
}

/** Makes and starts the deployment that undoes a failed one; its id. */
export function undo(parts: DeploymentParts, failed: Deployment): string {
  const undoing = newDeployment(parts, failed.group, {
    ...failed,
    creator: 'codeDeployRollback',
    undoes: failed.id,
  });
  undoing.blue = failed.blue;
  undoing.green = failed.green;
  runDeployment(parts.run, undoing);
  return undoing.id;
}

const CreateDeployment: Operation = (parts, input) => {
  const { store } = parts;
  const target = store.group(input.applicationName, input.deploymentGroupName);
  const configuration = store.configurationNamed(input.deploymentConfigName ?? target.configuration);
  const { hooks, ...spec } = readAppSpec(input.revision);
  const active = [...store.deployments.values()].find((each) => each.group === target && isActive(each));
  if (active !== undefined) {
    throw fault(
      'DeploymentLimitExceededException',
      `The Deployment Group '${target.name}' already has an active Deployment '${active.id}'`,
    );
  }
  const rollback: RollbackConfiguration = input.autoRollbackConfiguration ?? target.rollback;
  const made = newDeployment(parts, target, {
    configuration,
    description: input.description,
    revision: input.revision,
    spec: { ...spec, hooks: [...hooks] },
    rollback,
    creator: 'user',
    undoes: undefined,
  });
  runDeployment(parts.run, made);
  return { deploymentId: made.id };
};

const StopDeployment: Operation = ({ store, run }, input) => {
  const found = activeDeployment(store, input.deploymentId);
  endDeployment(run, found, 'DEPLOYMENT_STOP_ON_REQUEST', input.autoRollbackEnabled);
  return { status: 'Succeeded', statusMessage: 'Deployment stopped.' };
};

const ContinueDeployment: Operation = ({ store }, input) => {
  const found = activeDeployment(store, input.deploymentId);
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
};

function activeDeployment(store: Store, id: unknown): Deployment {
  const found = store.deployment(id);
  if (!isActive(found))
    throw fault('DeploymentAlreadyCompletedException', `The deployment ${found.id} is already complete.`);
  return found;
}

/** Deployments: made, stopped and taken on. */
export const deploymentHandlers = (parts: DeploymentParts) =>
  handlersOf(parts, { CreateDeployment, StopDeployment, ContinueDeployment });
