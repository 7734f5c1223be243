import { expect, test } from '@jest/globals';
import { models } from '../services/services.ts';
import { readForm } from './read-form.ts';

const read = (input: unknown) => readForm(models.elasticloadbalancing!, 'CreateTargetGroup', input);

test('numbers, booleans and empty lists have their types; the rest stays as it came', () => {
  expect(
    read({
      Name: '8080',
      Port: '8080',
      HealthCheckEnabled: 'false',
      Tags: [{ Key: 'a', Value: '1' }],
      Matcher: { HttpCode: '200' },
      FromTheFuture: '1',
    }),
  ).toEqual({
    Name: '8080',
    Port: 8080,
    HealthCheckEnabled: false,
    Tags: [{ Key: 'a', Value: '1' }],
    Matcher: { HttpCode: '200' },
    FromTheFuture: '1',
  });
  expect(read({ Tags: '' })).toEqual({ Tags: [] });
});

test.each([
  [{ Port: 'http' }, "'http' is not a number."],
  [{ Port: '' }, "'' is not a number."],
  [{ HealthCheckEnabled: 'yes' }, "'yes' is neither true nor false."],
])('%j is refused', (input, message) => {
  expect(() => read(input)).toThrow(expect.objectContaining({ code: 'MalformedInput', message }));
});
