import { asLandfallError } from '../errors/as-landfall-error.ts';

/** One sentence for a log that cannot be read. It names the IAM action where one is missing. */
export function logProblem(thrown: unknown, group: string): string {
  const error = asLandfallError(thrown);
  if (error.code !== 'ACCESS_DENIED') return `The log of group ${group} could not be read: ${error.summary}`;
  const action = error.facts.action ?? error.facts.operation ?? 'logs:GetLogEvents';
  return `The log of group ${group} cannot be shown: this job's role lacks ${action}.`;
}
