import { readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute } from 'node:path';
import { createAccount, oneStep } from '../account.ts';
import type { TwinScenario } from './scenario.ts';

/** What a step did, in words that do not depend on its account: comparable with what another did in a twin of it. */
export interface Observation {
  readonly green: boolean;
  readonly seconds: number;
  /** The first error of the log. */
  readonly error?: string;
  /** A file that an output names is its content. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** What was sent to AWS or to docker, but for the reads that a client repeats while it waits. */
  readonly requests: readonly Request[];
}

export interface Request {
  readonly operation: string;
  readonly input: unknown;
}

/** Runs an action in an account of its own, in real time: a peer knows no other. */
export async function observe(scenario: TwinScenario, action: string): Promise<Observation> {
  const account = await createAccount({ clock: 'real' });
  await scenario.prepare?.(account);
  const docker = scenario.docker?.();
  const step = oneStep({
    account,
    with: scenario.with,
    ...(scenario.files && { files: scenario.files }),
    ...(docker && { docker }),
  });
  try {
    const start = performance.now();
    const { conclusion, outputs, commands } = await step.run(action, step.with);
    const seconds = (performance.now() - start) / 1000;
    const requests = step.calls().filter(({ operation }) => !isPolled(operation));
    await step.end();
    const neutral = neutralIn(account.sandbox.registry);
    const error = commands.find(({ command }) => command === 'error');
    return {
      green: conclusion === 'success',
      seconds,
      ...(error && { error: neutral([error.properties.title, error.data].filter(Boolean).join(': ')) }),
      outputs: Object.fromEntries(
        Object.entries(outputs).map(([name, value]) => [
          neutral(name),
          neutralValue(contentOf(value), neutral),
        ]),
      ),
      requests: [
        ...requests.map(({ operation, input }) => ({
          operation,
          input: neutralValue(namesOf(input), neutral),
        })),
        ...(step.docker?.() ?? []).map((argv) => ({
          operation: `docker ${argv[0]}`,
          input: neutralValue(argv.slice(1), neutral),
        })),
      ],
    };
  } finally {
    await step.close();
  }
}

const isPolled = (operation: string) =>
  /^(?:BatchGet|Describe|GetCallerIdentity|GetDeployment|GetLogEvents|List)/.test(operation);

const contentOf = (value: string): unknown => {
  if (!isAbsolute(value) || !statSync(value, { throwIfNoEntry: false })?.isFile()) return value;
  const text = readFileSync(value, 'utf8');
  return value.endsWith('.json') ? JSON.parse(text) : text;
};

/** ECS takes a name or an ARN of the same thing. */
const namesOf = (input: unknown) =>
  mapTexts(input, (text) =>
    text.replace(/^arn:aws:ecs:[^:]+:\d+:(?:cluster\/|service\/(?:[^/]+\/)?|task-definition\/)(.+)$/, '$1'),
  );

/** Without what is drawn by chance. */
const neutralIn = (registry: string) => (text: string) =>
  text
    .replaceAll(registry, '<registry>')
    .replaceAll(registry.replace(/\W/g, '_'), '<registry>')
    .replace(/\beyJ[\w-]+\.[\w-]+/g, '<password>')
    .replace(/\b[0-9a-f]{32}\b/g, '<id>')
    .replace(/\becs-svc\/\d+/g, 'ecs-svc/<id>')
    .replace(/\bd-[A-Z0-9]{9}\b/g, 'd-<id>')
    .replace(/\b[0-9a-f]{64}\b/g, '<sha256>')
    .replace(new RegExp(`${tmpdir()}/[\\w./-]+`, 'g'), '<path>');

const random = /^(?:clientToken|clientRequestToken)$/;

const neutralValue = (value: unknown, neutral: (text: string) => string): unknown =>
  withoutRandom(mapTexts(value, neutral));

function mapTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mapTexts(member, change)]));
}

function withoutRandom(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRandom);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !random.test(key))
      .map(([key, member]) => [key, withoutRandom(member)]),
  );
}
