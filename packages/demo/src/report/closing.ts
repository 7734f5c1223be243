import type { Page } from '../page/page.ts';
import { seconds, timeline } from '../page/table.ts';
import type { DemoResult } from './write-report.ts';

/** The last thing a person reads: where the time went, and what became of it, the cause of a failure last. */
export function closing(page: Page, result: DemoResult, folder: string) {
  page.chapter(result.ok ? 'Live' : 'Not live, and why');
  const spans = result.steps.map(({ version, operation, start, end }) => ({
    name: `${version} ${operation}`,
    start: start - (result.steps[0]?.start ?? 0),
    end: end - (result.steps[0]?.start ?? 0),
  }));
  for (const line of timeline(spans)) page.say(line);
  const calls = Object.values(result.calls).reduce((sum, count) => sum + count, 0);
  page.say(`${seconds(result.durations.total ?? 0)} in all, ${calls} requests to AWS`);
  page.say('');
  const serving = result.serving as { version?: string } | null;
  if (result.ok) {
    page.done(`${result.verdict}: ${result.revision} serves, image ${result.digest}`);
  } else if (result.error) {
    const { code, summary, remedy, details } = result.error;
    for (const line of causeLines(details)) page.say(line);
    page.failed(`${code}: ${summary}`);
    page.say(`→ ${remedy}`);
    if (serving) page.say(`Still serving: web ${serving.version}, task definition ${result.revision}`);
  }
  page.say(`Results: ${folder}/ (result.json, summary.md, imagedefinitions.json, task-definition.json)`);
}

/**
 * What a person needs of an error's details, in at most five lines: the first two reasons and the end of the
 * container's log, which stands behind a bar or is indented.
 */
export function causeLines(details: readonly string[]): string[] {
  const isLog = (line: string) => /^(?:\||\s)/.test(line);
  const reasons = details.filter((line) => !isLog(line) && line.trim() !== '');
  const log = details.filter((line) => isLog(line) && line.replace('|', '').trim() !== '');
  return [...reasons.slice(0, 2), ...log.slice(-3)];
}
