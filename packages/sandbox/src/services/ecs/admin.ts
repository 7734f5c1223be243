import { AwsFault, type AwsService } from '../../api/aws-service.ts';
import { countProblem, isObject, strangeMember } from '../../api/json-members.ts';
import type { EcsControls } from './controls.ts';
import type { HookRule } from './deployments/hooks.ts';
import { problemOfHooks } from './deployments/problem-of-hooks.ts';
import { problemOfTaskRules } from './task-rules/problem-of-task-rules.ts';
import type { TaskRule } from './task-rules/task-rule.ts';

const notThere = (what: string) => new AwsFault('NotFound', `There is no ${what}.`, { status: 404 });
const wrong = (message: string) => new AwsFault('Invalid', message);

const isDigest = (value: unknown) => typeof value === 'string' && /^sha256:[0-9a-f]{64}$/.test(value);

const LAG = ['staleReads', 'lateServiceDeployment', 'missingAfterCreate'];

/**
 * ECS's part of the admin API: `GET task-rules`, `PUT task-rules` (all rules), `PUT hooks` (all rules), `PUT unknown-stage`,
 * `PUT lag`, `PUT foreign-images` (digests by reference), `PUT alarms/<name> { on }`, `GET truth/<cluster>/<service>`.
 */
export const ecsAdmin =
  (ecs: EcsControls & Pick<AwsService, 'save'>) =>
  (method: string, path: readonly string[], body: unknown): unknown => {
    const [first, second, third] = path;
    const fields = isObject(body) ? body : {};
    switch (`${method} ${first}`) {
      case 'GET task-rules':
        return { taskRules: (ecs.save() as { taskRules: readonly TaskRule[] }).taskRules };
      case 'PUT task-rules': {
        const rules = Array.isArray(body) ? body : fields.taskRules;
        if (!Array.isArray(rules)) throw wrong('Task rules are a list, or { "taskRules": […] }.');
        const problem = problemOfTaskRules(rules);
        if (problem !== undefined) throw wrong(`The task rules cannot be used: ${problem}.`);
        ecs.setTaskRules(rules as TaskRule[]);
        return { taskRules: rules };
      }
      case 'PUT hooks': {
        const rules = Array.isArray(body) ? body : fields.rules;
        if (!Array.isArray(rules)) throw wrong('Hooks are a list of rules, or { "rules": […] }.');
        const problem = problemOfHooks(rules);
        if (problem !== undefined) throw wrong(`The hooks cannot be used: ${problem}.`);
        ecs.setHooks(rules as HookRule[]);
        return {};
      }
      case 'PUT unknown-stage':
        if (fields.stage !== undefined && typeof fields.stage !== 'string')
          throw wrong('PUT unknown-stage { "stage": a name }, or {} for none.');
        ecs.setUnknownStage(fields.stage);
        return {};
      case 'PUT lag': {
        const problem = strangeMember(fields, LAG) ?? countProblem(fields, LAG, 0);
        if (problem !== undefined) throw wrong(`The lag cannot be used: ${problem}.`);
        ecs.setLag(fields);
        return {};
      }
      case 'PUT foreign-images':
        if (!isObject(body) || Object.values(body).some((digest) => !isDigest(digest)))
          throw wrong('PUT foreign-images { "nginx:1": "sha256:…" }.');
        ecs.setForeignImages(body as Record<string, string>);
        return {};
      case 'PUT alarms':
        if (second === undefined || typeof fields.on !== 'boolean')
          throw wrong('PUT alarms/<name> { "on": true or false }.');
        ecs.setAlarm(second, fields.on);
        return {};
      case 'GET truth': {
        const truth = ecs.truth(second ?? '', third ?? '');
        if (!truth) throw notThere(`service ${third} in the cluster ${second}`);
        return truth;
      }
      default:
        throw notThere(`${method} /_sandbox/ecs/${path.join('/')}`);
    }
  };
