import { countProblem, isObject, strangeMember } from '../../../protocol/json-members.ts';
import type { Fate, FateRule } from './fate.ts';

/** The members of each kind of fate, beside those that every fate may have. */
const MEMBERS: Readonly<Record<Fate['kind'], readonly string[]>> = {
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
const MATCHED: readonly (keyof NonNullable<FateRule['match']>)[] = [
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
export function problemOfFates(rules: readonly unknown[]): string | undefined {
  for (const [index, rule] of rules.entries()) {
    const problem = problemOfRule(rule);
    if (problem !== undefined) return `rule ${index + 1}: ${problem}`;
  }
  return undefined;
}

function problemOfRule(rule: unknown): string | undefined {
  if (!isObject(rule)) return 'a rule is an object';
  const strange = strangeMember(rule, ['match', 'nth', 'count', 'fate']);
  if (strange !== undefined) return strange;
  const { match = {}, fate } = rule;
  if (!isObject(match)) return '"match" is an object';
  const strangeMatch = strangeMember(match, MATCHED);
  if (strangeMatch !== undefined) return `in "match", ${strangeMatch}`;
  if (Object.values(match).some((pattern) => typeof pattern !== 'string')) return '"match" has texts';
  return countProblem(rule, ['nth', 'count'], 1) ?? problemOfFate(fate);
}

function problemOfFate(fate: unknown): string | undefined {
  if (!isObject(fate) || !isKind(fate.kind))
    return `"fate.kind" is one of ${Object.keys(MEMBERS).join(', ')}`;
  const { kind } = fate;
  const strange = strangeMember(fate, [...COMMON, ...MEMBERS[kind]]);
  if (strange !== undefined) return `in "fate", ${strange}`;
  for (const name of ['container', 'reason']) {
    if (fate[name] !== undefined && typeof fate[name] !== 'string') return `"fate.${name}" is a text`;
  }
  if (
    fate.log !== undefined &&
    !(Array.isArray(fate.log) && fate.log.every((line) => typeof line === 'string'))
  )
    return '"fate.log" is a list of lines';
  const times = countProblem(fate, ['startAfter', 'healthyAfter', 'exitOnStop', 'after'], 0);
  if (times !== undefined) return times;
  if (kind === 'exit' && !Number.isInteger(fate.code)) return '"fate.code" is the exit code';
  if (kind === 'stop' && !STOP_CODES.includes(String(fate.code)))
    return `"fate.code" is one of ${STOP_CODES.join(', ')}`;
  if (kind === 'stop' && fate.reason === undefined) return '"fate.reason" is missing';
  if (kind === 'pull-error' || kind === 'secret-error') {
    const causes = CAUSES[kind];
    if (fate.cause !== undefined && !causes.includes(String(fate.cause)))
      return `"fate.cause" is one of ${causes.join(', ')}`;
  }
  return undefined;
}

const isKind = (kind: unknown): kind is Fate['kind'] =>
  typeof kind === 'string' && Object.hasOwn(MEMBERS, kind);
