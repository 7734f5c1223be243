import type { RunRecord } from '@landfall/core/record/run-record';
import type { Host } from '@landfall/core/world/host';
import { annotationOf } from './annotation.ts';
import { pageOf } from './summary/page.ts';
import { runSummary } from './summary/run-summary.ts';

/** Shows how a run ended: the error in the log and as an annotation, and the summary. */
export async function report(record: RunRecord, host: Host): Promise<void> {
  const { error } = record;
  if (error) {
    if (!error.detailsLogged) for (const line of error.details) host.log.error(`  ${line}`);
    host.log.error(`${error.code}: ${error.summary}`);
    host.log.error(`→ ${error.remedy}`);
    host.annotate(annotationOf(error));
  }
  const blocks = runSummary(record);
  if (blocks.length > 0) await host.summary(pageOf(blocks));
}
