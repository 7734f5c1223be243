/** `ensure-repository` while others change the repository, reads are late, answers are lost, and runs are killed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureRepository } from '@landfall/core/operations/ensure-repository';
import { AwsFault } from '@landfall/sandbox/api/aws-service';
import { sandboxForTests } from '@landfall/sandbox/testing/started';
import fc from 'fast-check';
import { missingTools, pythonEnvironment, toolClient } from '../../clients/client.ts';
import { propertyRuns, propertyTimeout } from '../../runner/property-runs.ts';
import { describeUnless } from '../../runner/requirements.ts';
import { type Between, interferedRun, noTrouble, troubles } from './interfered-run.ts';

const running = sandboxForTests({ clock: 'virtual', enforce: true });
const ensure = ensureRepository;

const wishes = fc.record(
  {
    'image-tag-mutability': fc.constantFrom('MUTABLE', 'IMMUTABLE'),
    'scan-on-push': fc.constantFrom('true', 'false'),
    'keep-last': fc.constantFrom('5', '9'),
    'expire-untagged-after': fc.constant('3'),
    'allow-pull': fc.constantFrom('210987654321', 'codebuild', 'lambda,codebuild'),
    'resource-tags': fc.constantFrom('team=web', 'team=web\ncost=1'),
  },
  { requiredKeys: [] },
);
type Wishes = typeof wishes extends fc.Arbitrary<infer W> ? W : never;

const acts = [
  'create',
  'delete',
  'make mutable',
  'make immutable',
  'scan on push',
  'do not scan on push',
  'add a rule',
  'remove the rules',
  'add a statement',
  'remove the statements',
  'tag it theirs',
  'tag it otherwise',
] as const;

/** Of the registry, for names that begin with `made`: both policies are of others, for this operation. */
const template = {
  prefix: 'made',
  appliedFor: ['CREATE_ON_PUSH'],
  lifecyclePolicy: JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        description: 'of the template',
        selection: {
          tagStatus: 'tagged',
          tagPrefixList: ['template'],
          countType: 'imageCountMoreThan',
          countNumber: 70,
        },
        action: { type: 'expire' },
      },
    ],
  }),
  repositoryPolicy: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Sid: 'OfTheTemplate', Effect: 'Deny', Principal: '*', Action: ['ecr:BatchDeleteImage'] }],
  }),
};

const scenarios = fc.record({
  wishes,
  hasTemplate: fc.boolean(),
  /** What others have done before. */
  before: fc.array(fc.constantFrom(...acts), { maxLength: 5 }),
  exists: fc.boolean(),
  events: fc.array(fc.record({ at: fc.nat(14), act: fc.constantFrom(...acts) }), { maxLength: 3 }),
  /** Reads that show the state before the last write. */
  late: fc.uniqueArray(fc.nat(20), { maxLength: 6 }),
  trouble: troubles,
});
type Scenario = typeof scenarios extends fc.Arbitrary<infer S> ? S : never;

const reads = [
  'DescribeRepositories',
  'GetLifecyclePolicy',
  'GetRepositoryPolicy',
  'ListTagsForResource',
] as const;
type Read = (typeof reads)[number];
// biome-ignore lint/suspicious/noExplicitAny: in the shapes of the API
type Answers = Readonly<Record<Read, any>>;

const isRead = (operation: string): operation is Read => reads.some((one) => one === operation);
/** What a policy says that this operation did not write. */
const theirs = (text: string | undefined): readonly unknown[] => {
  const { rules = [], Statement = [] } = JSON.parse(text ?? '{}') as {
    rules?: { rulePriority: number; description?: string }[];
    Statement?: { Sid?: string }[];
  };
  return [
    // Their numbers may change, their order may not.
    ...rules
      .filter(({ description = '' }) => !/^(?:expire untagged|keep the last)/.test(description))
      .map(({ rulePriority: _, ...rule }) => rule),
    ...Statement.filter(({ Sid = '' }) => !Sid.startsWith('PullBy')),
  ];
};

const textOf = (
  { GetLifecyclePolicy: { lifecyclePolicyText }, GetRepositoryPolicy: { policyText } }: Answers,
  member: 'lifecyclePolicy' | 'repositoryPolicy',
): string | undefined => (member === 'lifecyclePolicy' ? lifecyclePolicyText : policyText);

const isMarked = ({ ListTagsForResource: { tags = [] } }: Answers): boolean =>
  tags.some(({ Key }: { Key: string }) => Key === 'landfall:unfinished');

/** The requested settings that differ from what a client reads. */
function unmet(wanted: Wishes, is: Answers): readonly Read[] {
  const repository = is.DescribeRepositories?.repositories?.[0];
  const { rules = [] } = JSON.parse(is.GetLifecyclePolicy?.lifecyclePolicyText ?? '{}');
  const { Statement = [] } = JSON.parse(is.GetRepositoryPolicy?.policyText ?? '{}');
  const counts = (tagStatus: string) =>
    // biome-ignore lint/suspicious/noExplicitAny: in the shapes of the API
    rules.some(({ selection }: any) => {
      const wish = tagStatus === 'any' ? wanted['keep-last'] : wanted['expire-untagged-after'];
      return selection.tagStatus === tagStatus && String(selection.countNumber) === wish;
    });
  const mayPull = (Statement as { Sid?: string; Principal?: unknown }[])
    .filter(({ Sid = '' }) => Sid.startsWith('PullBy'))
    .map(({ Principal }) => JSON.stringify(Principal));
  const pullers = wanted['allow-pull']?.split(',') ?? [];
  const tags = (is.ListTagsForResource?.tags ?? []).map(
    ({ Key, Value }: { Key: string; Value: string }) => `${Key}=${Value}`,
  );
  const mutability = wanted['image-tag-mutability'];
  const scan = wanted['scan-on-push'];
  const met: Record<Read, boolean> = {
    DescribeRepositories:
      repository !== undefined &&
      (mutability === undefined || repository.imageTagMutability === mutability) &&
      (scan === undefined || String(repository.imageScanningConfiguration.scanOnPush) === scan),
    GetLifecyclePolicy:
      (wanted['keep-last'] === undefined || counts('any')) &&
      (wanted['expire-untagged-after'] === undefined || counts('untagged')),
    GetRepositoryPolicy:
      wanted['allow-pull'] === undefined ||
      (mayPull.length === pullers.length &&
        pullers.every((one) => mayPull.some((principal) => principal.includes(one)))),
    ListTagsForResource: (wanted['resource-tags']?.split('\n') ?? []).every((tag) => tags.includes(tag)),
  };
  return reads.filter((one) => !met[one]);
}

function repositoryOf(name: string) {
  const { dispatch, accountId, region } = running();
  const repositoryName = name;
  const resourceArn = `arn:aws:ecr:${region}:${accountId}:repository/${name}`;
  const ask = (operation: string, input: object = {}) =>
    dispatch('ecr', operation, { repositoryName, ...input });
  const inputs: Readonly<Record<Read, object>> = {
    DescribeRepositories: { repositoryName: undefined, repositoryNames: [name] },
    GetLifecyclePolicy: {},
    GetRepositoryPolicy: {},
    ListTagsForResource: { repositoryName: undefined, resourceArn },
  };
  const orFault = (thrown: unknown) => {
    if (thrown instanceof AwsFault) return thrown;
    throw thrown;
  };
  /** Every read, answered or refused. */
  const look = async (): Promise<Answers> =>
    Object.fromEntries(
      await Promise.all(reads.map(async (read) => [read, await ask(read, inputs[read]).catch(orFault)])),
    );
  const act = async (what: (typeof acts)[number]) => {
    const is = await look();
    const rules = JSON.parse(is.GetLifecyclePolicy.lifecyclePolicyText ?? '{"rules":[]}').rules as object[];
    const statements = JSON.parse(is.GetRepositoryPolicy.policyText ?? '{"Statement":[]}').Statement;
    const rule = {
      selection: {
        tagStatus: 'tagged',
        tagPrefixList: [`prod${rules.length}`],
        countType: 'imageCountMoreThan',
        countNumber: 90,
      },
      action: { type: 'expire' },
    };
    const numbered = [rule, ...rules].map((one, index) => ({ ...one, rulePriority: index + 1 }));
    const statement = {
      Sid: `Theirs${statements.length}`,
      Effect: 'Deny',
      Principal: '*',
      Action: ['ecr:BatchDeleteImage'],
    };
    const document = { Version: '2012-10-17', Statement: [...statements, statement] };
    const scan = (scanOnPush: boolean) =>
      ask('PutImageScanningConfiguration', { imageScanningConfiguration: { scanOnPush } });
    const mutable = (imageTagMutability: string) => ask('PutImageTagMutability', { imageTagMutability });
    const tag = (Key: string, Value: string) =>
      ask('TagResource', { repositoryName: undefined, resourceArn, tags: [{ Key, Value }] });
    const how: Readonly<Record<typeof what, () => Promise<unknown>>> = {
      create: () => ask('CreateRepository'),
      delete: () => ask('DeleteRepository', { force: true }),
      'make mutable': () => mutable('MUTABLE'),
      'make immutable': () => mutable('IMMUTABLE'),
      'scan on push': () => scan(true),
      'do not scan on push': () => scan(false),
      'add a rule': () =>
        ask('PutLifecyclePolicy', { lifecyclePolicyText: JSON.stringify({ rules: numbered }) }),
      'remove the rules': () => ask('DeleteLifecyclePolicy'),
      'add a statement': () => ask('SetRepositoryPolicy', { policyText: JSON.stringify(document) }),
      'remove the statements': () => ask('DeleteRepositoryPolicy'),
      'tag it theirs': () => tag('owner', 'platform'),
      'tag it otherwise': () => tag('team', 'other'),
    };
    // Where it is not there, there is nothing for them to do.
    await how[what]().catch(orFault);
  };
  return { look, act };
}

let scenesPlayed = 0;

/** @param audit checks a repository that a green run leaves, and that no one has changed since */
async function run(
  { wishes: wanted, hasTemplate, before, exists, events, late, trouble }: Scenario,
  audit: (repository: string, wanted: Wishes) => Promise<void> = async () => {},
) {
  scenesPlayed += 1;
  const name = `${hasTemplate ? template.prefix : 'team'}/web-${scenesPlayed}`;
  const { clock } = running();
  const { look, act } = repositoryOf(name);
  if (exists) for (const one of ['create', ...before] as const) await act(one);
  const inputs = { repository: name, ...wanted };

  /** The states in turn, and whether others made them; each may be shown until half a minute after the next. */
  const states = [{ is: await look(), byOthers: false, since: clock.elapsed() }];
  const now = () => states.at(-1)!;
  const note = async (byOthers: boolean) => {
    states.push({ is: await look(), byOthers, since: clock.elapsed() });
  };
  /** By read: what was served last, what was so then, and whether others' writes were hidden from it. */
  const served = new Map<Read, { shown: Answers; was: Answers; hidden: boolean }>();
  let isMade = false;
  const keeps = (member: 'lifecyclePolicy' | 'repositoryPolicy', read: Read, text: string) => {
    const shown = textOf(served.get(read)!.shown, member);
    const begun =
      shown ?? (isMarked(served.get('ListTagsForResource')!.shown) ? template[member] : undefined);
    expect(theirs(text)).toEqual(theirs(begun));
  };
  const between: Between = async ({ number, operation, input }, send) => {
    for (const event of events.filter(({ at }) => at === number)) {
      await act(event.act);
      await note(true);
    }
    if (isRead(operation)) {
      const isLate = late.includes(number) && states.length > 1 && clock.elapsed() - now().since < 25_000;
      const shown = isLate ? states.at(-2)!.is : now().is;
      served.set(operation, { shown, was: now().is, hidden: isLate && now().byOthers });
      if (shown[operation] instanceof AwsFault) throw shown[operation];
      return shown[operation];
    }
    // What others wrote, as it was read last, is in what is written; where they wrote nothing, what their template says.
    if (operation === 'PutLifecyclePolicy')
      keeps('lifecyclePolicy', 'GetLifecyclePolicy', input.lifecyclePolicyText);
    if (operation === 'SetRepositoryPolicy')
      keeps('repositoryPolicy', 'GetRepositoryPolicy', input.policyText);
    expect(operation).not.toMatch(/^Delete/);
    if (operation === 'UntagResource') expect(input.tagKeys).toEqual(['landfall:unfinished']);
    try {
      return await send();
    } finally {
      const wasMissing = now().is.DescribeRepositories instanceof AwsFault;
      if (!operation.startsWith('Describe')) await note(false);
      if (operation === 'CreateRepository') isMade ||= wasMissing;
    }
  };

  const first = await interferedRun(running(), ensure, inputs, trouble, between);
  expect(first?.error?.code).not.toBe('INTERNAL');
  if (!events.some(({ act }) => act === 'delete')) expect(first?.error?.code).not.toBe('NOT_FOUND');
  if (first?.ok)
    expect(
      reads.filter((read) => {
        const last = served.get(read);
        return last && !last.hidden && unmet(wanted, last.was).includes(read);
      }),
    ).toEqual([]);

  const left = await look();
  if (first?.ok && isMade && hasTemplate && events.length === 0)
    for (const member of ['lifecyclePolicy', 'repositoryPolicy'] as const)
      expect(theirs(textOf(left, member))).toEqual(theirs(template[member]));
  const again = await interferedRun(running(), ensure, inputs, noTrouble, (_, send) => send());
  expect(again?.error).toBeUndefined();
  const end = await look();
  expect(unmet(wanted, end)).toEqual([]);
  // The second run makes what is not there, and finishes what the first has begun, by the template.
  const isBegun = left.DescribeRepositories instanceof AwsFault || isMarked(left);
  for (const member of ['lifecyclePolicy', 'repositoryPolicy'] as const)
    expect(theirs(textOf(end, member))).toEqual(
      theirs(textOf(left, member) ?? (isBegun && hasTemplate ? template[member] : undefined)),
    );
  expect(isMarked(end)).toBe(false);
  await audit(name, wanted);
  const third = await interferedRun(running(), ensure, inputs, noTrouble, (_, send) => send());
  expect(third?.outputs).toMatchObject({ changed: 'false', changes: '[]' });
}

beforeAll(() => running().dispatch('ecr', 'CreateRepositoryCreationTemplate', template));

test(
  'green means that the repository is as wanted and nothing of others is lost; what was red or killed is green when it is run again',
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, (scenario) => run(scenario)),
      propertyRuns(200),
    );
  },
  propertyTimeout,
);

describeUnless(missingTools('aws'))('the aws CLI', () => {
  test(
    'reads what was wanted',
    async () => {
      const home = mkdtempSync(join(tmpdir(), 'landfall-aws-'));
      const aws = toolClient('aws', () => ({ ...pythonEnvironment(running()), HOME: home }));
      const read = async (...argv: readonly string[]) => {
        const answer = await aws(['ecr', ...argv, '--output', 'json']).catch(({ message, stderr }) => {
          if (/PolicyNotFoundException/.test(stderr)) return '{}';
          throw new Error(`${message} ${stderr}`);
        });
        return JSON.parse(answer);
      };
      try {
        for (const scenario of fc.sample(scenarios, { numRuns: 2, seed: 3 }))
          await run(scenario, async (name, wanted) => {
            const named = ['--repository-name', name];
            const { repositories } = await read('describe-repositories', '--repository-names', name);
            const arn = repositories[0].repositoryArn;
            expect(
              unmet(wanted, {
                DescribeRepositories: { repositories },
                GetLifecyclePolicy: await read('get-lifecycle-policy', ...named),
                GetRepositoryPolicy: await read('get-repository-policy', ...named),
                ListTagsForResource: await read('list-tags-for-resource', '--resource-arn', arn),
              }),
            ).toEqual([]);
          });
      } finally {
        rmSync(home, { recursive: true });
      }
    },
    propertyTimeout,
  );
});
