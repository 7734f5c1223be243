import { countProblem, firstProblem, isObject, strangeMember } from '../../../api/json-members.ts';
import type { TaskOutcome, TaskRule } from './task-rule.ts';

/** The members of each kind of outcome, besides those that every outcome may have. */
const MEMBERS: Readonly<Record<TaskOutcome['kind'], readonly string[]>> = {
  run: [],
  exit: ['code', 'after'],
  'pull-error': ['cause', 'reason'],
  'secret-error': ['cause', 'reason'],
  'out-of-memory': ['after'],
  unhealthy: ['after'],
  'elb-unhealthy': ['after', 'reason'],
  'spot-interruption': ['after'],
  placement: ['reason'],
  'exec-format': [],
  'never-starts': [],
  stop: ['code', 'reason', 'after'],
};
const COMMON = ['kind', 'container', 'log', 'startAfter', 'healthyAfter', 'exitOnStop'];
const MATCHED: readonly (keyof NonNullable<TaskRule['match']>)[] = [
  'image',
  'family',
  'taskDefinition',
  'service',
  'group',
];
const CAUSES = {
  'pull-error': ['not-found', 'denied', 'timeout', 'platform', 'rate-limit'],
  'secret-error': ['denied', 'not-found'],
};
const STOP_CODES = ['TaskFailedToStart', 'TerminationNotice', 'InfrastructureHealth'];

/** The problem with rules that came as JSON, or undefined. */
export const problemOfTaskRules = (rules: readonly unknown[]): string | undefined =>
  firstProblem(rules, problemOfRule);

function problemOfRule(rule: unknown): string | undefined {
  if (!isObject(rule)) return 'a rule is an object';
  const strange = strangeMember(rule, ['match', 'nth', 'count', 'outcome']);
  if (strange !== undefined) return strange;
  const { match = {}, outcome } = rule;
  if (!isObject(match)) return '"match" is an object';
  const strangeMatch = strangeMember(match, MATCHED);
  if (strangeMatch !== undefined) return `in "match", ${strangeMatch}`;
  if (Object.values(match).some((pattern) => typeof pattern !== 'string')) return '"match" has texts';
  return countProblem(rule, ['nth', 'count'], 1) ?? problemOfOutcome(outcome);
}

function problemOfOutcome(outcome: unknown): string | undefined {
  if (!isObject(outcome) || !isKind(outcome.kind))
    return `"outcome.kind" is one of ${Object.keys(MEMBERS).join(', ')}`;
  const { kind } = outcome;
  const strange = strangeMember(outcome, [...COMMON, ...MEMBERS[kind]]);
  if (strange !== undefined) return `in "outcome", ${strange}`;
  for (const name of ['container', 'reason']) {
    if (outcome[name] !== undefined && typeof outcome[name] !== 'string')
      return `"outcome.${name}" is a text`;
  }
  if (
    outcome.log !== undefined &&
    !(Array.isArray(outcome.log) && outcome.log.every((line) => typeof line === 'string'))
  )
    return '"outcome.log" is a list of lines';
  const times = countProblem(outcome, ['startAfter', 'healthyAfter', 'exitOnStop', 'after'], 0);
  if (times !== undefined) return times;
  if (kind === 'exit' && !Number.isInteger(outcome.code)) return '"outcome.code" is the exit code';
  if (kind === 'stop' && !STOP_CODES.includes(String(outcome.code)))
    return `"outcome.code" is one of ${STOP_CODES.join(', ')}`;
  if (kind === 'stop' && outcome.reason === undefined) return '"outcome.reason" is missing';
  if (kind === 'pull-error' || kind === 'secret-error') {
    const causes = CAUSES[kind];
    if (outcome.cause !== undefined && !causes.includes(String(outcome.cause)))
      return `"outcome.cause" is one of ${causes.join(', ')}`;
  }
  return undefined;
}

const isKind = (kind: unknown): kind is TaskOutcome['kind'] =>
  typeof kind === 'string' && Object.hasOwn(MEMBERS, kind);
