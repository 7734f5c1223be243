import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { ComparedPart, Migration, Proof } from '@landfall/generator/migrating/migration';
import { builtAction } from '../runner/built-actions.ts';
import type { StepResult } from '../runner/github-runner.ts';

/** A world for one step of the action. */
export interface Scenario {
  /** What the step is given beside the inputs of the proofs, which win. */
  readonly with: Readonly<Record<string, string>>;
  run(action: string, inputs: Readonly<Record<string, string>>): Promise<StepResult>;
  /** What the steps after the job print. */
  end(): Promise<string>;
  /** The requests to AWS so far. */
  calls(): readonly { readonly operation: string; readonly input: unknown }[];
  /** The arguments of the calls of `docker` so far. */
  docker?(): readonly (readonly string[])[];
  close(): Promise<void>;
}

interface Case {
  readonly row: string;
  readonly proof: Proof;
}

interface Run {
  readonly step: StepResult;
  readonly calls: ReturnType<Scenario['calls']>;
  readonly docker: readonly (readonly string[])[];
  readonly after: string;
}

/**
 * Each row of a migration is a test of the built action, run as the runner does. Rows whose inputs can be given
 * together share one run.
 */
export function proves(migration: Migration, scenario: (name: string) => Promise<Scenario>): void {
  const part = migration.parts[''] as ComparedPart;
  const [{ operation }] = part.use;
  const rows = Object.entries({ ...part.inputs, ...part.outputs });
  const groups = grouped(rows.flatMap(([row, { proofs }]) => proofs.map((proof) => ({ row, proof }))));
  const missing = rows.filter(([, { judgement }]) => judgement === 'not there').map(([name]) => name);

  const run = async (group: readonly Case[]): Promise<Run> => {
    const world = await scenario(group[0]?.proof.scenario ?? '');
    try {
      const inputs = Object.assign({}, world.with, ...group.map(({ proof }) => proof.with));
      const step = await world.run(builtAction(operation), inputs);
      return { step, calls: world.calls(), docker: world.docker?.() ?? [], after: await world.end() };
    } finally {
      await world.close();
    }
  };

  describe(`from ${migration.title}`, () => {
    beforeAll(() => void builtAction(operation), 5 * 60_000);
    for (const group of groups) {
      let ran: Promise<Run> | undefined;
      test.each(group.map(({ row, proof }) => [titleOf(row, proof), proof] as const))(
        '%s',
        async (_, proof) => {
          ran ??= run(group);
          check(proof, await ran);
        },
      );
    }
    if (missing.length > 0)
      test(`an input that is not there is refused: ${missing.join(', ')}`, async () => {
        const inputs = Object.fromEntries(missing.map((name) => [name, 'x']));
        const { step } = await run([{ row: '', proof: { with: inputs } }]);
        for (const name of missing) expect(step.raw).toContain(`${name} is not an input of this operation`);
        expect(step.exitCode).toBe(2);
      });
  });
}

const titleOf = (row: string, { with: inputs, scenario }: Proof) => {
  const given = Object.entries(inputs).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return [row, ...(scenario === undefined ? [] : [scenario]), given.join(' ') || 'by default'].join(': ');
};

function check(proof: Proof, { step, calls, docker, after }: Run): void {
  const sent = (operation: string) => calls.filter((call) => call.operation === operation);
  for (const operation of proof.notSent ?? [])
    expect([operation, sent(operation).length]).toEqual([operation, 0]);
  if (proof.refused !== undefined) {
    expect(step.raw).toContain(proof.refused);
    expect(step.exitCode).not.toBe(0);
    expect(calls.filter(({ operation }) => !/^(?:Describe|Get|List|BatchGet)/.test(operation))).toEqual([]);
    for (const [operation, times] of Object.entries(proof.times ?? {}))
      expect(sent(operation)).toHaveLength(times);
    return;
  }
  for (const [operation, times] of Object.entries(proof.times ?? {}))
    expect(sent(operation).length).toBeGreaterThanOrEqual(times);
  if (proof.failed !== undefined) {
    expect(step.raw).toContain(proof.failed);
    expect(step.exitCode).not.toBe(0);
    return;
  }
  expect({ exitCode: step.exitCode, errors: step.exitCode === 0 ? '' : step.raw }).toEqual({
    exitCode: 0,
    errors: '',
  });
  if (proof.log !== undefined) expect(step.raw).toContain(proof.log);
  for (const [operation, input] of Object.entries(proof.calls ?? {})) {
    const made = sent(operation).map((call) => call.input);
    expect(made).toContainEqual(holding(input));
  }
  for (const [name, pattern] of Object.entries(proof.outputs ?? {}))
    expect(
      Object.entries(step.outputs).find(([output]) => new RegExp(`^${name}$`).test(output))?.[1],
    ).toMatch(new RegExp(pattern));
  for (const [name, pattern] of Object.entries(proof.files ?? {}))
    expect(readFileSync(step.outputs[name] ?? '', 'utf8')).toMatch(new RegExp(pattern));
  if (proof.after !== undefined) expect(after).toMatch(new RegExp(proof.after));
  if (proof.rendered !== undefined)
    expect(JSON.parse(readFileSync(step.outputs['task-definition'] ?? '', 'utf8'))).toMatchObject(
      proof.rendered,
    );
  if (proof.docker !== undefined)
    expect(docker).toContainEqual(expect.arrayContaining(proof.docker.map(startingWith)));
}

const startingWith = (text: string) =>
  expect.stringMatching(new RegExp(`^${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`));

/** An object with these members, and with others; a text that matches; a list as it is. */
const holding = (value: unknown): unknown =>
  value instanceof RegExp
    ? expect.stringMatching(value)
    : typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : expect.objectContaining(
          Object.fromEntries(Object.entries(value).map(([key, member]) => [key, holding(member)])),
        );

/** Cases that can share a run: the same scenario and the same kind of end, and no input with two values. */
function grouped(cases: readonly Case[]): readonly (readonly Case[])[] {
  const groups: Case[][] = [];
  for (const one of cases) {
    const group = groups.find((others) => others.every((other) => canShare(one.proof, other.proof)));
    if (group) group.push(one);
    else groups.push([one]);
  }
  return groups;
}

const canShare = (one: Proof, other: Proof) =>
  one.scenario === other.scenario &&
  (one.refused === undefined) === (other.refused === undefined) &&
  (one.failed === undefined) === (other.failed === undefined) &&
  // A default is proven by a run that is given nothing else.
  (Object.keys(one.with).length === 0) === (Object.keys(other.with).length === 0) &&
  Object.entries(one.with).every(([name, value]) => (other.with[name] ?? value) === value);
