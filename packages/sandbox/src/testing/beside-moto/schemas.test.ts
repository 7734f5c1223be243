import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AwsFault } from '../../api/aws-service.ts';
import type { VirtualClock } from '../../clock/clock.ts';
import { writeJson } from '../../protocol/http/json-protocol.ts';
import { createLocalAws, type LocalAws } from '../../sandbox.ts';
import { schemaProblems } from '../schema-problems.ts';
import { type Ask, sdks } from './ask.ts';
import { sequences, services } from './recording.ts';

let aws: LocalAws;
beforeAll(() => {
  aws = createLocalAws({ clock: 'virtual', seed: 1 });
});
afterAll(() => aws.close());

/** What the services of the query protocol call input that is not valid; no SDK has a schema of it. */
const unmodelled = ['ValidationError'];

/** The calls of the comparison again, because the SDK drops unknown members before a test can see them. */
test.each(services)(
  '%s: every answer and every error is one that the SDK has a schema of',
  async (service) => {
    const sdk = sdks[service][0] as unknown as Record<string, unknown>;
    const problems: string[] = [];
    const ask: Ask = async (situation, operation, input) => {
      const name = service === 'elbv2' ? 'elasticloadbalancing' : service;
      try {
        const answer = JSON.parse(writeJson(await aws.dispatch(name, operation, input)));
        const found = schemaProblems(sdk[`${operation}$`], answer);
        problems.push(...found.map((problem) => `${operation}, ${situation}: ${problem}`));
        return answer;
      } catch (error) {
        if (!(error instanceof AwsFault)) throw error;
        const known = [error.code, `${error.code}Exception`].some((code) => code in sdk);
        if (!known && !unmodelled.includes(error.code))
          problems.push(`${operation}, ${situation}: no error is called ${error.code}`);
        return {};
      }
    };
    const account = {
      endpoint: 'in process',
      region: aws.region,
      accessKeyId: 'LANDFALLADMIN',
      vpc: 'vpc-1',
      subnet: 'subnet-1',
      securityGroup: 'sg-1',
      timePasses: async () => (aws.clock as VirtualClock).advance(3 * 60_000),
    };
    for (const sequence of sequences[service]) await sequence(ask, account);
    expect(problems).toEqual([]);
  },
);
