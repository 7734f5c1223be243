import type { Evidence, Run, RunReport } from './evidence.ts';

/** What the output `results` of a run says of one service. */
interface Result {
  readonly service: string;
  readonly status?: string;
  readonly verdict?: string;
  readonly reason?: string;
  readonly deploymentId?: string;
}

const greens = new Set(['SUCCEEDED', 'NOOP', 'STARTED']);

/** "Several services: every one is green. A service that was not started is red." */
function reportOf({ said, asked }: Run, service: string): RunReport | undefined {
  if (!said) return undefined;
  const results = JSON.parse(said.outputs.results ?? '[]') as readonly Result[];
  const own = results.find((one) => one.service === service);
  const changes = JSON.parse(said.outputs['outside-changes'] ?? '[]') as readonly { service: string }[];
  const outputs = {
    'outside-changes': JSON.stringify(changes.filter((one) => one.service === service)),
    ...(own?.verdict && { verdict: own.verdict }),
    ...(own?.deploymentId && { 'deployment-id': own.deploymentId }),
  };
  // What the run says as a whole, each of its services must be able to bear.
  const isGreen = greens.has(own?.verdict ?? '') || (own?.verdict === 'PAUSED' && asked.until === 'paused');
  if (said.exitCode === 0 || isGreen) return { exitCode: 0, outputs };
  // What is refused of one service says nothing of another.
  const isAbout = own ? own.status !== 'not-started' : said.error?.summary.includes(service);
  const other = (isAbout && said.error?.code) || 'none';
  const code = own?.verdict === 'FAILED' ? 'DEPLOYMENT_FAILED' : (own?.verdict ?? other);
  return { exitCode: 1, outputs, error: { code, summary: own?.reason ?? said.error?.summary ?? '' } };
}

/** The part of the evidence that speaks of one of several services. */
export const partOf = (evidence: Evidence, service: string, image: string): Evidence => ({
  ...evidence,
  runs: evidence.runs.map((run) => ({
    ...run,
    service,
    asked: { ...run.asked, image },
    calls: run.calls.filter(
      ({ resource, made }) =>
        (resource === undefined || resource === service) &&
        // A revision of the other one is not written for this.
        made.every((id) => !id.includes(':task-definition/') || evidence.images[id] === image),
    ),
    said: reportOf(run, service),
    // These are judged once.
    lines: [],
    cancelledAt: undefined,
  })),
});
