import type { AwsService } from '../../api/aws-service.ts';
import type { SandboxClock } from '../../clock/clock.ts';
import type { TaskSetPort } from '../ecs/task-set-port.ts';
import { codeDeployAdmin } from './admin.ts';
import { authorize } from './authorize.ts';
import { deploymentHandlers, undo } from './deployment-handlers.ts';
import { groupHandlers } from './group-handlers.ts';
import { readHandlers } from './read-handlers.ts';
import type { Deployment, DeploymentGroup } from './records.ts';
import { endDeployment, isActive, type RunParts, runDeployment } from './run-deployment.ts';
import { createStore, type Store } from './store.ts';

interface CodeDeployDeps {
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
  let answers: Readonly<Record<string, 'Succeeded' | 'Failed'>> = {};
  const store = createStore(deps);
  const { groups, deployments } = store;
  const run: RunParts = {
    ...deps,
    hook: (name) => answers[name.slice(name.lastIndexOf(':') + 1)] ?? 'Succeeded',
    undo: (failed) => undo({ store, run }, failed),
  };
  const setHooks: CodeDeployService['setHooks'] = (next) => {
    answers = next;
  };
  const trip: CodeDeployService['trip'] = (application, name) => {
    // Of those there are now: the deployment that undoes one is not stopped with it.
    for (const each of [...deployments.values()]) {
      if (each.group.application === application && each.group.name === name && isActive(each)) {
        endDeployment(run, each, 'DEPLOYMENT_STOP_ON_ALARM', undefined);
      }
    }
  };
  return {
    handlers: { ...groupHandlers(store), ...readHandlers(store), ...deploymentHandlers({ store, run }) },
    authorize: (operation, input) => authorize(store, deps, operation, input),
    setHooks,
    trip,
    admin: codeDeployAdmin({ groups: () => [...groups.values()], setHooks, trip }),
    save: () => save(store),
    restore: (state) => restore(store, run, structuredClone(state) as Saved),
  };
}

const save = ({ applications, groups, deployments }: Store): Saved => ({
  applications: [...applications],
  groups: [...groups.values()],
  deployments: [...deployments.values()],
});

/** Deployments in progress continue. */
function restore({ applications, groups, deployments }: Store, run: RunParts, saved: Saved): void {
  for (const name of saved.applications) applications.add(name);
  for (const each of saved.groups) groups.set(`${each.application}/${each.name}`, each);
  for (const each of saved.deployments) {
    const own = groups.get(`${each.group.application}/${each.group.name}`) ?? each.group;
    const found = { ...each, group: own };
    deployments.set(found.id, found);
    if (isActive(found)) runDeployment(run, found);
  }
}
