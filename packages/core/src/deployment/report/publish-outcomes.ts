import type { Call } from '../../operation/operation.ts';
import type { TrackedDeployment } from '../rollout/rollout.ts';
import type { Outcome } from './outcome.ts';
import { countSentence, errorOfRun, resultSummary, serviceRecord } from './results.ts';

// biome-ignore lint/suspicious/noExplicitAny: it serves every operation that follows deployments, whatever its inputs
type AnyCall = Call<any, typeof deploymentOutputs>;

/** The outputs of every operation that follows a deployment. */
export const deploymentOutputs = {
  'task-definition-arn': { description: 'The revision that was deployed (one service).' },
  'service-arn': { description: 'The service (one service).' },
  'deployment-id': {
    description: 'The deployment that this run created or picked up, `ecs-svc/…` (one service).',
  },
  'service-deployment-arn': { description: 'The service deployment, if ECS shows one (one service).' },
  verdict: {
    description:
      'SUCCEEDED, NOOP, ROLLED_BACK, FAILED, STOPPED, SUPERSEDED, PAUSED, STALLED, TIMED_OUT, CANCELLED or UNKNOWN; STARTED when not waiting (one service).',
  },
  results: { description: 'A JSON list with one entry per service: status, verdict, revision, reason.' },
};

/**
 * Which deployment of which service it is about, as soon as that is known. What ECS does not show is omitted.
 */
export async function outputOurs(call: AnyCall, ours: TrackedDeployment | undefined): Promise<void> {
  if (ours?.serviceArn) await call.output('service-arn', ours.serviceArn);
  if (ours?.taskDefinition) await call.output('task-definition-arn', ours.taskDefinition);
  if (ours?.deploymentId) await call.output('deployment-id', ours.deploymentId);
}

/** A requested rollback: to the code that followed it, it was a deployment that failed. */
const isAsked = ({ verdict, error, isTakenBack }: Outcome) =>
  verdict === 'ROLLED_BACK' && error === undefined && isTakenBack !== true;

/** Outputs and the record, whatever the end; then the error of the run, if it has one. */
export async function publishOutcomes(call: AnyCall, outcomes: readonly Outcome[]): Promise<void> {
  const [only] = outcomes;
  if (outcomes.length === 1 && only) {
    if (only.serviceDeploymentArn !== undefined)
      await call.output('service-deployment-arn', only.serviceDeploymentArn);
    if (only.verdict !== undefined) await call.output('verdict', only.verdict);
    call.record.note({ verdict: only.verdict });
  }
  await reportOutcomes(call, outcomes);
  const error = errorOfRun(outcomes);
  if (error) throw error;
}

/** Every service in the log, the output `results` and the record. */
export async function reportOutcomes(
  // biome-ignore lint/suspicious/noExplicitAny: it serves every operation that deploys services, whatever its inputs
  { world, record, output }: Call<any, Pick<typeof deploymentOutputs, 'results'>>,
  outcomes: readonly Outcome[],
): Promise<void> {
  // What was followed has said how it ended; what needed nothing is reported here.
  for (const one of outcomes)
    if (one.verdict === 'NOOP' || isAsked(one)) world.host.log.info(`✓ ${one.service}: ${one.reason}`);
  await output('results', JSON.stringify(outcomes.map(resultSummary)));
  for (const one of outcomes) record.noteService(serviceRecord(one));
  if (outcomes.length > 1) world.host.log.info(countSentence(outcomes));
}
