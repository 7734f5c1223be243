import type { EcsService } from '../ecs/ecs-service.ts';
import type { FateRule } from '../ecs/fates/fate.ts';
import { AwsFault } from '../protocol/aws-service.ts';

const notThere = (what: string) => new AwsFault('NotFound', `There is no ${what}.`, { status: 404 });
const wrong = (message: string) => new AwsFault('Invalid', message);

/**
 * ECS's part of the admin API:
 * `GET fates`, `PUT fates` (all rules), `PUT lag`, `PUT alarms/<name> { on }`, `GET truth/<cluster>/<service>`.
 */
export const ecsAdmin =
  (ecs: EcsService) =>
  (method: string, path: readonly string[], body: unknown): unknown => {
    const [first, second, third] = path;
    const fields = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    switch (`${method} ${first}`) {
      case 'GET fates':
        return { fates: (ecs.save() as { fates: readonly FateRule[] }).fates };
      case 'PUT fates': {
        const rules = Array.isArray(body) ? body : fields.fates;
        if (!Array.isArray(rules)) throw wrong('Fates are a list of rules, or { "fates": […] }.');
        ecs.setFates(rules as FateRule[]);
        return { fates: rules };
      }
      case 'PUT lag':
        ecs.setLag(fields as unknown as Parameters<EcsService['setLag']>[0]);
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
