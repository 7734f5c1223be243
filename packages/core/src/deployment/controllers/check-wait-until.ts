import { LandfallError } from '../../errors/landfall-error.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';
import type { Target } from '../service/read-service-targets.ts';

/**
 * Whether the controller of the service knows what is waited for.
 * @throws INPUT_INVALID
 */
export function checkUntil({ name, service }: Target, until: WaitUntil | 'started'): void {
  const controller = service.deploymentController?.type ?? 'ECS';
  const refused = (what: string, why: string, remedy: string) =>
    new LandfallError('INPUT_INVALID', { summary: `wait-until ${what}: ${name} ${why}`, remedy });
  if (until === 'paused' && controller === 'EXTERNAL')
    throw refused(
      until,
      'has the EXTERNAL controller, whose deployments never pause',
      'Leave out `wait-until`.',
    );
  if (typeof until !== 'object') return;
  if ('event' in until) {
    if (controller === 'CODE_DEPLOY') return;
    throw refused(
      `codedeploy:${until.event}`,
      'is not deployed by CodeDeploy',
      'Use `stage:<STAGE>`, `traffic-shifted` or `completed`.',
    );
  }
  if (controller === 'CODE_DEPLOY')
    throw refused(
      `stage:${until.stage}`,
      'has the CODE_DEPLOY controller, whose deployments have lifecycle events',
      'Use `codedeploy:<EVENT>`, for example `codedeploy:AfterAllowTraffic`.',
    );
  if (controller === 'EXTERNAL')
    throw refused(
      `stage:${until.stage}`,
      'has the EXTERNAL controller, whose deployments have no stages',
      'Leave out `wait-until`.',
    );
}
