import type { SummaryBlock } from '../record/summary-block.ts';
import type { World } from '../world/world.ts';
import type { OpenSchedules } from './open-schedules.ts';

export interface PlannedSchedule {
  readonly schedule: string;
  readonly kind: 'create' | 'update' | 'unchanged' | 'delete';
  /** `- ` as it is, `+ ` as the manifest wants it. */
  readonly changes: readonly string[];
}

/** What would be done to each schedule. */
export const plannedSchedules = ({ schedules, unwanted }: OpenSchedules): readonly PlannedSchedule[] => [
  ...schedules.map(({ wanted: { key: schedule }, current, changes }): PlannedSchedule => {
    const kind = !current ? 'create' : changes.length > 0 ? 'update' : 'unchanged';
    return { schedule, kind, changes };
  }),
  ...unwanted.map((schedule): PlannedSchedule => ({ schedule, kind: 'delete', changes: [] })),
];

const sentences: Readonly<Record<PlannedSchedule['kind'], string>> = {
  create: 'would be created',
  update: 'would be updated',
  unchanged: 'is as the manifest wants it',
  delete: 'would be deleted: the manifest no longer describes it',
};

/** What would be done, for the summary. */
export const schedulesPlan = (open: OpenSchedules): readonly SummaryBlock[] =>
  plannedSchedules(open).flatMap(({ schedule, kind, changes }): readonly SummaryBlock[] => [
    { kind: 'paragraph', text: `schedule ${schedule} ${sentences[kind]}` },
    ...(changes.length > 0 ? [{ kind: 'code', language: 'diff', text: changes.join('\n') } as const] : []),
  ]);

export function logSchedulesPlan(open: OpenSchedules, { host }: World): void {
  for (const { schedule, kind, changes } of plannedSchedules(open)) {
    host.log.info(`schedule ${schedule} ${sentences[kind]}`);
    for (const line of changes) host.log.info(line);
  }
}
