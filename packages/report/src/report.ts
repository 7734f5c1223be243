import type { Result } from '@landfall/core/operation/execute';
import type { Host } from '@landfall/core/world/host';
import type { SummaryBlock } from '@landfall/core/world/summary';
import { annotationOf } from './annotation.ts';
import { pageOf } from './summary/page.ts';

/** Shows how a run ended: the error in the log and as an annotation, and the summary. */
export async function report(result: Result, host: Host): Promise<void> {
  const { error, summary } = result;
  if (error) {
    if (!error.detailsLogged) for (const line of error.details) host.log.error(`  ${line}`);
    host.log.error(`${error.code}: ${error.summary}`);
    host.log.error(`→ ${error.remedy}`);
    host.annotate(annotationOf(error));
  }
  const blocks = [...summary, ...errorBlocks(result)];
  if (blocks.length > 0) await host.summary(pageOf(blocks));
}

function errorBlocks({ title, error }: Result): SummaryBlock[] {
  if (!error) return [];
  return [
    { kind: 'heading', text: `${title}: ${error.code}` },
    { kind: 'paragraph', text: error.summary },
    { kind: 'paragraph', text: `→ ${error.remedy}` },
    ...(error.details.length > 0
      ? [{ kind: 'code', language: 'text', text: error.details.join('\n') } as const]
      : []),
  ];
}
