import type { ErrorRecord } from '@landfall/core/record/run-record';
import type { Annotation } from '@landfall/core/world/host';

/** As many details as fit on the page of a run without hiding the next annotation. */
const annotatedDetails = 10;

/** What a person reads first, on the page of the run: it holds the cause, which is not only in the log. */
export function annotationOf({ code, summary, details, remedy, facts }: ErrorRecord): Annotation {
  const more = details.length - annotatedDetails;
  return {
    level: 'error',
    title: code,
    message: [
      summary,
      ...details.slice(0, annotatedDetails).map((line) => `  ${line}`),
      ...(more > 0 ? [`  … ${more} more ${more === 1 ? 'line' : 'lines'} in the log`] : []),
      `→ ${remedy}`,
    ].join('\n'),
    ...placeOf(facts),
  };
}

/** The line of a file that the whole error is about. */
function placeOf({ file, line, column }: ErrorRecord['facts']): Pick<Annotation, 'file' | 'line' | 'column'> {
  if (typeof file !== 'string' || typeof line !== 'number') return {};
  return { file, line, ...(typeof column === 'number' && { column }) };
}
