import { LandfallError } from '../../errors/landfall-error.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';

/** What a service never comes to. @param why completes `web …` */
export const neverComes = (until: WaitUntil | 'started', service: string, why: string, remedy: string) =>
  new LandfallError('INPUT_INVALID', {
    summary: `wait-until ${typeof until === 'string' ? until : 'event' in until ? `codedeploy:${until.event}` : `stage:${until.stage}`}: ${service} ${why}`,
    remedy,
  });

/** @throws INPUT_INVALID for an event of CodeDeploy, where another controller deploys */
export function refuseEvent(service: string, until: WaitUntil | 'started'): void {
  if (typeof until === 'object' && 'event' in until)
    throw neverComes(
      until,
      service,
      'is not deployed by CodeDeploy',
      'Use `stage:<STAGE>`, `traffic-shifted` or `completed`.',
    );
}

/** CodeDeploy's deployments have ids of their own. @throws INPUT_INVALID */
export function refuseCodeDeployId(service: string, id: string): void {
  if (id.startsWith('d-'))
    throw new LandfallError('INPUT_INVALID', {
      summary: `deployment-id ${id}: ${service} is not deployed by CodeDeploy; its deployments have ids like ecs-svc/1234567890123456789`,
    });
}
