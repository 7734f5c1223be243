import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { arnParts, nameInArn } from './arn.ts';

const name = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.:-]{0,20}$/);
const arn = fc.record({
  partition: fc.constantFrom('aws', 'aws-cn', 'aws-us-gov', 'aws-iso-b'),
  service: fc.constantFrom('ecs', 'iam', 'secretsmanager', 'elasticloadbalancing'),
  region: fc.constantFrom('', 'eu-west-1', 'us-gov-west-1'),
  account: fc.constantFrom('', '123456789012'),
  resource: fc.array(name, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/')),
});
type Parts = ReturnType<typeof arnParts> & {};
const written = ({ partition, service, region, account, resource }: Parts) =>
  `arn:${partition}:${service}:${region}:${account}:${resource}`;

test('an ARN round-trips through its fields', () => {
  fc.assert(fc.property(arn, (parts) => expect(arnParts(written(parts))).toEqual(parts)));
});

test('text that is not an ARN has no fields', () => {
  fc.assert(fc.property(fc.string(), (text) => expect(arnParts(text.replace(/^arn:/, ''))).toBeUndefined()));
  for (const text of ['arn:aws:ecs', 'arn:aws:ecs:eu-west-1:123456789012:', ' arn:aws:iam::1:role/a']) {
    expect(arnParts(text)).toBeUndefined();
  }
});

test('an ARN and a plain name yield the same resource name', () => {
  fc.assert(
    fc.property(arn, name, (parts, last) => {
      const whole = written({ ...parts, resource: `${parts.resource}/${last}` });
      expect(nameInArn(whole)).toBe(last);
      expect(nameInArn(last)).toBe(last);
    }),
  );
});
