import type { SummaryBlock } from '@landfall/core/record/summary-block';
import { renderMarkdown } from '@landfall/report/summary/markdown';
import { seconds } from '../page/table.ts';
import { causeLines } from './closing.ts';
import type { DemoResult } from './write-report.ts';

/** The summary of the whole demo as Markdown, before those that the operations wrote. */
export function summaryOf(result: DemoResult): string {
  const { error, steps } = result;
  const blocks: SummaryBlock[] = [
    { kind: 'heading', text: result.ok ? `Live: ${result.revision}` : 'Not live, and why' },
    ...(error
      ? ([
          { kind: 'code', language: 'text', text: causeLines(error.details).join('\n') },
          { kind: 'paragraph', text: `${error.code}: ${error.summary}\n→ ${error.remedy}` },
        ] as const)
      : [{ kind: 'paragraph', text: `Verdict ${result.verdict}, image ${result.digest}` } as const]),
    {
      kind: 'table',
      head: ['Version', 'Step', 'Time', 'Result', 'AWS requests'],
      rows: steps.map((step) => [
        step.version,
        step.operation,
        seconds(step.milliseconds),
        step.ok ? 'green' : (step.error?.code ?? 'red'),
        String(Object.values(step.calls).reduce((sum, count) => sum + count, 0)),
      ]),
    },
  ];
  return renderMarkdown(blocks, (text) => text);
}
