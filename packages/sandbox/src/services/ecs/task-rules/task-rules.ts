import type { TaskOutcome, TaskRule } from './task-rule.ts';

export interface Subject {
  readonly images: readonly string[];
  readonly family: string;
  readonly taskDefinition: string;
  readonly service: string | undefined;
  readonly group: string;
}

export interface TaskRules {
  set(rules: readonly TaskRule[]): void;
  rules(): readonly TaskRule[];
  /** The outcome of the next task like this one. The first rule that matches wins; each rule counts its own matches. */
  next(subject: Subject): TaskOutcome | undefined;
}

type Test = (subject: Subject) => boolean;

export function createTaskRules(): TaskRules {
  let compiled: { rule: TaskRule; test: Test; seen: number }[] = [];
  return {
    set(rules) {
      compiled = rules.map((rule) => ({ rule, test: testOf(rule.match ?? {}), seen: 0 }));
    },
    rules: () => compiled.map(({ rule }) => rule),
    next(subject) {
      for (const entry of compiled) {
        if (!entry.test(subject)) continue;
        entry.seen += 1;
        if (entry.rule.nth !== undefined && entry.seen !== entry.rule.nth) continue;
        if (entry.rule.count !== undefined && entry.seen > entry.rule.count) continue;
        return entry.rule.outcome;
      }
      return undefined;
    },
  };
}

function testOf(match: NonNullable<TaskRule['match']>): Test {
  const tests: Test[] = [];
  const add = (
    pattern: string | undefined,
    read: (subject: Subject) => readonly (string | undefined)[],
  ): void => {
    if (pattern === undefined) return;
    const matches = matcher(pattern);
    tests.push((subject) => read(subject).some((value) => value !== undefined && matches(value)));
  };
  add(match.image, (subject) => subject.images);
  add(match.family, (subject) => [subject.family]);
  add(match.taskDefinition, (subject) => [subject.taskDefinition]);
  add(match.service, (subject) => [subject.service]);
  add(match.group, (subject) => [subject.group]);
  return (subject) => tests.every((test) => test(subject));
}

function matcher(pattern: string): (value: string) => boolean {
  if (!pattern.includes('*')) return (value) => value === pattern || value.endsWith(`/${pattern}`);
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`(^|/)${parts.join('.*')}$`, 's');
  return (value) => expression.test(value);
}
