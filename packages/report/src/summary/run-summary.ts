import { shortTaskDefinition } from '@landfall/core/ecs/short-names';
import { causeLine } from '@landfall/core/record/cause';
import type { RolloutEvent, RunEvent } from '@landfall/core/record/run-event';
import type { RunRecord } from '@landfall/core/record/run-record';
import type { ServiceRecord } from '@landfall/core/record/service-record';
import { formatElapsed } from '@landfall/core/time/duration';
import type { PageBlock } from './page-block.ts';
import { rolloutPicture, samplesOf } from './rollout-chart.ts';

/** Services that have a section of their own, and events that a section shows. */
const mostSections = 20;
const mostEvents = 30;

/** The summary of a run: what its operation shows, its services, its error. Pure. */
export function runSummary({ title, error, services, summary, events }: RunRecord): readonly PageBlock[] {
  const done = services.filter(({ status }) => status !== 'planned');
  return [
    ...summary,
    ...(done.length > 0 ? [serviceTable(done)] : []),
    ...done.slice(0, mostSections).flatMap((service) => sectionOf(service, events)),
    ...(error
      ? ([
          { kind: 'heading', text: `${title}: ${error.code}` },
          { kind: 'paragraph', text: error.summary },
          { kind: 'paragraph', text: `→ ${error.remedy}` },
        ] as const)
      : []),
    ...(error && error.details.length > 0
      ? [{ kind: 'code', language: 'text', text: error.details.join('\n') } as const]
      : []),
  ];
}

/** Every service has its row, whatever came of it. */
const serviceTable = (services: readonly ServiceRecord[]): PageBlock => ({
  kind: 'table',
  head: ['service', 'from', 'to', 'result', 'time', 'reason'],
  rows: services.map(({ cluster, service, deployment, verdict, status, milliseconds, reason }) => [
    `${cluster}/${service}`,
    deployment?.previousTaskDefinition === undefined
      ? '–'
      : shortTaskDefinition(deployment.previousTaskDefinition),
    deployment ? shortTaskDefinition(deployment.taskDefinition) : '–',
    verdict ?? status,
    milliseconds > 0 ? formatElapsed(milliseconds) : '–',
    reason,
  ]),
});

function sectionOf(one: ServiceRecord, all: readonly RunEvent[]): PageBlock[] {
  const changes = one.outsideChanges.map(({ reason }) => reason);
  return [
    ...(one.deployment ? rolloutBlocks(one, eventsOf(one, all)) : []),
    ...(changes.length > 0 ? [{ kind: 'list', items: changes } as const] : []),
  ];
}

const eventsOf = ({ cluster, service, deployment }: ServiceRecord, all: readonly RunEvent[]) =>
  all.filter(
    (event): event is RunEvent & RolloutEvent =>
      event.kind !== 'log' &&
      event.cluster === cluster &&
      event.service === service &&
      event.deployment === deployment?.id,
  );

function rolloutBlocks(
  { service, verdict, reason, milliseconds, deployment, stoppedTasks }: ServiceRecord,
  events: readonly (RunEvent & RolloutEvent)[],
): PageBlock[] {
  const [share, unit] = deployment?.shiftsTraffic
    ? (['traffic', '% of traffic'] as const)
    : (['tasks', 'tasks'] as const);
  const picture = rolloutPicture(
    `${service}: ${share} of the new and the old version`,
    unit,
    samplesOf(events),
  );
  const messages = events.flatMap((event) => (event.kind === 'service-event' ? [event.message] : []));
  return [
    { kind: 'heading', text: `${service}: ${verdict}` },
    { kind: 'paragraph', text: `${reason} (after ${formatElapsed(milliseconds)})` },
    ...(picture ? [picture] : []),
    ...(stoppedTasks.length > 0 ? [{ kind: 'list', items: stoppedTasks.map(causeLine) } as const] : []),
    ...(messages.length > 0
      ? [
          {
            kind: 'details',
            title: 'Service events',
            logged: true,
            blocks: [{ kind: 'list', items: messages.slice(-mostEvents) }],
          } as const,
        ]
      : []),
  ];
}
