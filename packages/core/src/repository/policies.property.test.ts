import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isLandfallError } from '../errors/landfall-error.ts';
import { lifecycleRules, lifecycleWith } from './lifecycle-policy.ts';
import { policyWith, pullStatements } from './repository-policy.ts';
import { same, samePolicy } from './same-json.ts';

interface Rule {
  readonly rulePriority: number;
  readonly description?: string;
  readonly selection: { readonly tagStatus: string; readonly countNumber: number };
}

const count = fc.integer({ min: 1, max: 3 });
const wishes = fc.record({
  expireUntaggedAfter: fc.option(count, { nil: undefined }),
  keepLast: fc.option(count, { nil: undefined }),
});
/** As ECR takes them: numbers of their own, and a rule on any image the last. */
const heldRules = fc
  .record({
    tagged: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
    untagged: fc.option(count, { nil: undefined }),
    any: fc.option(fc.record({ number: fc.integer({ min: 10, max: 12 }), count }), { nil: undefined }),
    ours: wishes,
  })
  .map(({ tagged, untagged, any, ours }): readonly Rule[] => {
    const rule = (rulePriority: number, tagStatus: string, countNumber: number) => ({
      rulePriority,
      selection: { tagStatus, countType: 'imageCountMoreThan', countNumber },
      action: { type: 'expire' },
    });
    const theirs = tagged.map((number) => rule(number, 'tagged', number));
    const others = untagged === undefined ? theirs : [...theirs, rule(20, 'untagged', untagged)];
    const all = any === undefined ? others : [...others, rule(any.number + 20, 'any', any.count)];
    // An earlier run of ours, where it could be.
    try {
      const parts = lifecycleRules(ours) ?? [];
      return JSON.parse(lifecycleWith(held(all), parts)).rules;
    } catch {
      return all;
    }
  });
const held = (rules: readonly object[] | undefined) => ({
  repository: 'web',
  kind: 'lifecycle policy' as const,
  text: rules && JSON.stringify({ rules }),
  of: 'repository' as const,
});
const byNumber = (rules: readonly Rule[]) => rules.toSorted((a, b) => a.rulePriority - b.rulePriority);
const isOurs = ({ description }: Rule) =>
  description !== undefined && /^(?:expire untagged|keep the last)/.test(description);

test('the requested rules are added to those of others, which keep their order, in a form that ECR accepts', () => {
  fc.assert(
    fc.property(heldRules, wishes, (before, wanted) => {
      const parts = lifecycleRules(wanted) ?? [];
      let text: string;
      try {
        text = lifecycleWith(held(before), parts);
      } catch (thrown) {
        expect(isLandfallError(thrown, 'REPOSITORY_CONFLICT')).toBe(true);
        return;
      }
      const after = JSON.parse(text).rules as readonly Rule[];
      const numbers = after.map(({ rulePriority }) => rulePriority);
      expect(new Set(numbers).size).toBe(numbers.length);
      const any = after.find(({ selection }) => selection.tagStatus === 'any');
      if (any) expect(any.rulePriority).toBe(Math.max(...numbers));
      const theirs = (rules: readonly Rule[]) =>
        byNumber(rules)
          .filter((one) => !isOurs(one))
          .map(({ rulePriority: _, ...rule }) => rule);
      expect(theirs(after)).toEqual(theirs(before));
      for (const { description: _, ...effect } of parts)
        expect(
          after.some(({ rulePriority: _number, description: _text, ...rule }) => same(rule, effect)),
        ).toBe(true);
      expect(samePolicy(lifecycleWith(held(after), parts), text)).toBe(true);
    }),
  );
});

const pullers = fc.subarray(['210987654321', '109876543210', 'codebuild', 'lambda'], { minLength: 1 });
const theirs = fc.array(
  fc.record(
    {
      Sid: fc.constantFrom('A', 'B', ''),
      Effect: fc.constantFrom('Allow', 'Deny'),
      Principal: fc.constantFrom('*', { AWS: '210987654321' }, { Service: ['lambda.amazonaws.com'] }),
      Action: fc.constantFrom('ecr:*', ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer']),
    },
    { requiredKeys: ['Effect', 'Principal', 'Action'] },
  ),
  { maxLength: 3 },
);

test('the requested statements are added to those of others', () => {
  fc.assert(
    fc.property(theirs, pullers, pullers, (others, earlier, now) => {
      const policy = (text: string) => ({
        repository: 'web',
        kind: 'repository policy' as const,
        text,
        of: 'repository' as const,
      });
      const before = policyWith(
        policy(JSON.stringify({ Version: '2012-10-17', Statement: others })),
        pullStatements(earlier, 'aws'),
      );
      const after = policyWith(policy(before), pullStatements(now, 'aws'));
      const ours = pullStatements(now, 'aws');
      const names: readonly unknown[] = ours.map(({ Sid }) => Sid);
      const statements = JSON.parse(after).Statement as readonly { readonly Sid?: string }[];
      expect(statements.filter(({ Sid }) => !names.includes(Sid))).toEqual(others);
      expect(
        same(
          statements.filter(({ Sid }) => names.includes(Sid)),
          ours,
        ),
      ).toBe(true);
      expect(samePolicy(policyWith(policy(after), ours), after)).toBe(true);
    }),
  );
});
