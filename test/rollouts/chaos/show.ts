import type { Call, Evidence, Run, Snapshot } from './judge/evidence.ts';
import { idOf } from './judge/world/history.ts';
import type { Timeline } from './timeline/timeline.ts';

/**
 * A timeline as it was drawn and as it went, for the analysis of a seed. Times are seconds since it
 * began.
 */
export function show(timeline: Timeline, { history, runs }: Evidence): string {
  const { steps, lag, faults, taskRules, hooks, isSeveral, outside, service } = timeline;
  const drawn = { lag, faults, taskRules, hooks, isSeveral, outside, service };
  return storyOf(drawn, steps, runs, new Map([['the world', history]]));
}

/** @param histories what was so, by the names of what it is about */
export function storyOf(
  drawn: object,
  steps: readonly object[],
  runs: readonly Run[],
  histories: ReadonlyMap<string, readonly Snapshot[]>,
): string {
  const start = Math.min(...[...histories.values()].map(([first]) => first?.at ?? 0));
  const time = (at: number) => `[${((at - start) / 1000).toFixed(1).padStart(7)}]`;
  const call = ({ at, operation, resource, input, answer, code, made, wrote }: Call) =>
    [
      `${time(at)} ${wrote ? '→' : ' '} ${operation} ${resource ?? ''}`,
      ...(/^(?:Describe|List|Get)/.test(operation) ? [] : [brief(input)]),
      code ?? (answer === undefined ? 'no answer' : answered(answer)),
      ...(made.length > 0 ? [`made ${made.join(', ')}`] : []),
    ].join(' ');
  const run = ({ asked, origin, attempt, calls, lines, said, startedAt, endedAt, cancelledAt }: Run) => [
    `\n== ${origin} attempt ${attempt}: ${JSON.stringify(asked)}`,
    `${time(startedAt)} to ${time(endedAt)}${cancelledAt === undefined ? '' : `, cancelled ${time(cancelledAt)}`}`,
    ...withoutRepeats(calls).map(call),
    ...lines,
    said ? JSON.stringify(said) : 'killed',
  ];
  return [
    ...Object.entries(drawn).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
    ...steps.map((step) => JSON.stringify(step)),
    ...runs.flatMap(run),
    ...[...histories].flatMap(([name, history]) => [
      `\n== ${name}`,
      ...changesOf(history).map((state) => `${time(state.at)} ${stateOf(state)}`),
    ]),
  ].join('\n');
}

/** A read that shows what the one before it of the same kind has shown says nothing new. */
const withoutRepeats = (calls: readonly Call[]): readonly Call[] =>
  calls.filter(({ operation, resource, answer, wrote }, index) => {
    const before = calls
      .slice(0, index)
      .findLast((one) => one.operation === operation && one.resource === resource);
    return wrote || !before?.answer || !answer || answered(before.answer) !== answered(answer);
  });

const brief = (value: unknown): string => {
  const text = JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** What an answer shows of deployments. */
function answered(answer: unknown): string {
  const { services, service, serviceDeployments } = answer as {
    services?: Snapshot['service'][];
    service?: Snapshot['service'];
    serviceDeployments?: Snapshot['serviceDeployments'];
  };
  const found = services ?? (service && typeof service === 'object' ? [service] : undefined);
  if (found) return found.map((one) => entriesOf(one)).join(' | ');
  return serviceDeployments
    ? serviceDeployments
        .map((one) => {
          const { targetServiceRevisionArn } = one as { targetServiceRevisionArn?: string };
          return `${(targetServiceRevisionArn ?? one.targetServiceRevision?.arn)?.slice(-6)} ${one.status}`;
        })
        .join(', ')
    : brief(answer);
}

function entriesOf(service: Snapshot['service']): string {
  const deployments = (service?.deployments ?? []).map(
    ({ id, status, rolloutState, taskDefinition, runningCount, pendingCount, desiredCount }) =>
      `${id?.slice(-6)} ${taskDefinition?.replace(/^.*\//, '')} ${status} ${rolloutState} ${runningCount}+${pendingCount}/${desiredCount}`,
  );
  const sets = (service?.taskSets ?? []).map(
    ({ id, status, stabilityStatus, taskDefinition, runningCount, scale, externalId }) =>
      `${id?.slice(-6)} ${taskDefinition?.replace(/^.*\//, '')} ${status} ${stabilityStatus} ${runningCount} at ${scale?.value} % ${externalId ?? ''}`,
  );
  return `${service?.status} of ${service?.desiredCount}: ${[...deployments, ...sets].join('; ')}`;
}

const stateOf = (state: Snapshot): string =>
  [
    entriesOf(state.service),
    ...state.serviceDeployments.map(
      (one) => `${idOf(one).slice(-6)} ${one.status} ${one.lifecycleStage ?? ''}`,
    ),
    ...state.codeDeploy.map(({ info }) => `${info.deploymentId} ${info.status}`),
  ].join(' | ');

/** Those that say something else than the one before. */
const changesOf = (history: readonly Snapshot[]): readonly Snapshot[] =>
  history.filter((state, index) => index === 0 || stateOf(state) !== stateOf(history[index - 1]!));
