import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AwsFault } from '../../api/aws-service.ts';
import { differenceOf, knownWordsOf } from '../../models/request-rules.ts';
import { createLocalAws, type LocalAws } from '../../sandbox.ts';
import { services as all, models } from '../../services/services.ts';
import { type WrongRequest, wrongRequests } from './wrong-requests.ts';

let aws: LocalAws;
beforeAll(() => {
  aws = createLocalAws({ clock: 'virtual', seed: 1 });
});
afterAll(() => aws.close());

/**
 * What every operation of an API may return besides the errors that it declares: CommonErrors of its
 * reference, ErrorResponses of S3's.
 */
const commonErrors: Readonly<Record<string, readonly string[]>> = {
  elasticloadbalancing: ['ValidationError'],
  iam: ['ValidationError'],
  s3: ['InvalidArgument', 'InvalidLocationConstraint'],
  ssm: ['ValidationException'],
  sts: ['ValidationError'],
};
const services = Object.keys(models);
const rulesOf = (service: string) => all.find(({ name }) => name === service)!.requests!;

test.each(services)('%s: every operation of the sandbox is in the model, and no other', (service) => {
  expect(Object.keys(models[service]!.operations)).toEqual([...aws.operations(service)].sort());
});

describe('a request with one value that the model does not allow', () => {
  /** What is wrong with the answer, or undefined. */
  const problemOf = async (service: string, wrong: WrongRequest): Promise<string | undefined> => {
    const { operation, input, path, rule } = wrong;
    const error: unknown = await aws.dispatch(service, operation, input).then(
      () => undefined,
      (thrown) => thrown,
    );
    if (error !== undefined && !(error instanceof AwsFault)) throw error;
    const said = error?.message.includes(`at '${path}'`) && error.message.includes(rule);
    if (differenceOf(rulesOf(service), wrong))
      return said ? 'listed as a difference, and refused' : undefined;
    if (error === undefined) return 'accepted';
    const declared = [
      ...(models[service]!.operations[operation]!.errors ?? []),
      ...(commonErrors[service] ?? []),
    ];
    if (!declared.includes(error.code)) return `${error.code} is none of its errors`;
    const words = knownWordsOf(rulesOf(service), operation, wrong);
    return said || error.message === words?.message
      ? undefined
      : `refused with other words: ${error.message}`;
  };

  test.each(services)(
    '%s: is refused, for that value, with an error that the operation declares',
    async (service) => {
      const problems: string[] = [];
      for (const operation of Object.keys(models[service]!.operations)) {
        for (const wrong of wrongRequests(models[service]!, operation)) {
          const problem = await problemOf(service, wrong);
          if (problem)
            problems.push(`${operation} ${wrong.members.join('.')} (${wrong.constraint}): ${problem}`);
        }
      }
      expect(problems).toEqual([]);
    },
  );

  test('is one of more than 1,200', () => {
    const count = { enum: 0, required: 0, length: 0, pattern: 0, range: 0, size: 0 };
    for (const model of Object.values(models))
      for (const operation of Object.keys(model.operations))
        for (const { constraint } of wrongRequests(model, operation)) count[constraint] += 1;
    const least = { enum: 160, required: 320, length: 380, pattern: 160, range: 120, size: 80 } as const;
    const few = Object.entries(least).filter(
      ([constraint, number]) => count[constraint as keyof typeof count] < number,
    );
    expect(few).toEqual([]);
  });
});

test('every difference is one of a member that the model constrains', () => {
  const unfounded = services.flatMap((service) => {
    const rules = rulesOf(service);
    const met = Object.keys(rules.model.operations).flatMap((operation) =>
      wrongRequests(rules.model, operation).map((wrong) => differenceOf(rules, wrong)),
    );
    return (rules.differences ?? []).filter((difference) => !met.includes(difference));
  });
  expect(unfounded).toEqual([]);
});
