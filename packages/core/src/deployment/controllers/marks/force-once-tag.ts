import type { Service } from '@aws-sdk/client-ecs';
import type { RunFacts } from '../../../world/host.ts';
import { runIdentity } from '../../service/service-tags.ts';
import { type Noted, readNoted, writeNoted } from './known-again.ts';

/**
 * The tag that a service carries while a run forces a deployment of it. UpdateService has no idempotency token, and
 * a deployment of a task definition that was live already looks like any other: a run that is killed and run again
 * knows its own by this mark alone.
 */
export const forcingTag = 'landfall:forcing';

/**
 * The tag that is written before the mark is looked for, with a value of its own each time. A read that shows it shows
 * what was written to the service before it, too, so nothing has to be waited for.
 */
export const fenceTag = 'landfall:fence';

/** Who forces, and how to know again what that has made. */
interface ForcingMark {
  readonly run: string;
  readonly noted: Noted;
}

/** Only characters that every AWS service takes in a tag: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
export const writeMark = ({ run, noted }: ForcingMark): string => `run=${run} ${writeNoted(noted)}`;

function readMark(value: string): ForcingMark | undefined {
  const [, run, rest = ''] = /^run=([\w-]{43}) (.*)$/.exec(value) ?? [];
  const noted = readNoted(rest);
  return run !== undefined && noted ? { run, noted } : undefined;
}

export const markOf = ({ tags }: Service): ForcingMark | undefined =>
  readMark(tags?.find(({ key }) => key === forcingTag)?.value ?? '');

/** Whether the service carries the mark of this run: an attempt before was about to force a deployment, or has done so. */
export function carriesMark(service: Service, run: RunFacts): boolean {
  const mark = markOf(service);
  return mark !== undefined && mark.run === runIdentity(run);
}
