import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '@landfall/core/record/run-record';

/** One operation of a pipeline. Times are milliseconds since the start of the demo. */
export interface Step extends RunRecord {
  /** The version that was on its way: `1.0.0`. */
  readonly version: string;
  readonly start: number;
  readonly end: number;
}

/** What `.landfall/demo/result.json` says. */
export interface DemoResult {
  /** Whether the pipeline was green: with `--break` it must not be. */
  readonly ok: boolean;
  readonly break: string | null;
  /** How ECS took the last release live: `rolling`, or as `--strategy` says. */
  readonly strategy: string;
  /** Of the last release's deployment; null when it did not come to that. */
  readonly verdict: string | null;
  /** The cause of the failure, when a step failed. */
  readonly error: RunRecord['error'] | null;
  /** The task definition that the pipeline deployed last and that is live: `web:2`. */
  readonly revision: string | null;
  /** Of the image that was pushed last. */
  readonly digest: string | null;
  /** What the running container says of itself. */
  readonly serving: object | null;
  /** Milliseconds, by chapter and by step. */
  readonly durations: Readonly<Record<string, number>>;
  /** AWS requests by operation, over all steps. */
  readonly calls: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
}

/** Files that the pipeline wrote for people and for other tools, under `artifacts/` of the checkout. */
export const artifacts = { images: 'imagedefinitions.json', taskDefinition: 'task-definition.json' } as const;

/** Leaves the results where a person looks for them. What a failed pipeline never made is absent. */
export async function writeReport(folder: string, workspace: string, result: DemoResult, summary: string) {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'result.json'), `${JSON.stringify(result, null, 2)}\n`);
  await writeFile(join(folder, 'summary.md'), summary);
  for (const name of Object.values(artifacts)) {
    await rm(join(folder, name), { force: true });
    await copyFile(join(workspace, 'artifacts', name), join(folder, name)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}

/** AWS requests by operation, over all steps. */
export function totalCalls(steps: readonly Pick<Step, 'calls'>[]): Record<string, number> {
  const total: Record<string, number> = {};
  for (const { calls } of steps) {
    for (const [operation, count] of Object.entries(calls))
      total[operation] = (total[operation] ?? 0) + count;
  }
  return Object.fromEntries(Object.entries(total).sort(([a], [b]) => a.localeCompare(b)));
}
