import { countProblem, firstProblem, isObject, strangeMember } from '../../../api/json-members.ts';

/** The problem with hook rules that came as JSON, or undefined. */
export const problemOfHooks = (rules: readonly unknown[]): string | undefined =>
  firstProblem(rules, problemOfRule);

function problemOfRule(rule: unknown): string | undefined {
  if (!isObject(rule)) return 'a rule is an object';
  const strange = strangeMember(rule, ['target', 'stage', 'answers']);
  if (strange !== undefined) return strange;
  for (const name of ['target', 'stage']) {
    if (rule[name] !== undefined && typeof rule[name] !== 'string') return `"${name}" is a text`;
  }
  if (!Array.isArray(rule.answers) || rule.answers.length === 0) return '"answers" is a list of at least one';
  return rule.answers.every(isAnswer)
    ? undefined
    : 'an answer is "SUCCEEDED", "FAILED" or { "status": "IN_PROGRESS", "callBackDelay": seconds }';
}

const isAnswer = (answer: unknown): boolean =>
  answer === 'SUCCEEDED' ||
  answer === 'FAILED' ||
  (isObject(answer) &&
    answer.status === 'IN_PROGRESS' &&
    strangeMember(answer, ['status', 'callBackDelay']) === undefined &&
    countProblem(answer, ['callBackDelay'], 0) === undefined);
