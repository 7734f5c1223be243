import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { sandboxForTests } from '../testing/started.ts';
import { services } from './services.ts';
import type { ServiceModule } from './shared/service-module.ts';

/** An API with one operation. */
const greetings: ServiceModule = {
  name: 'greetings',
  title: 'Greetings',
  protocol: { kind: 'json-1.1', target: 'Greetings_20261130' },
  create: ({ region }) => ({
    handlers: { Greet: ({ Name }) => ({ Greeting: `Hello ${Name}, from ${region}.` }) },
    authorize: () => ({ resources: ['*'] }),
    save: () => ({}),
    restore: () => {},
  }),
};

const running = sandboxForTests({
  services: [
    greetings,
    { ...greetings, name: 'query-greetings', protocol: { kind: 'query', version: '2026-11-30' } },
    {
      ...greetings,
      name: 'rest-greetings',
      protocol: {
        kind: 'rest',
        read: ({ method, url }) => ({
          operation: method === 'GET' ? 'Greet' : '',
          input: { Name: url.slice(1) },
        }),
        write: (_operation, answer) => ({ status: 200, headers: {}, body: JSON.stringify(answer) }),
        writeError: ({ code, status }) => ({ status, headers: {}, body: code }),
        requestIdHeader: 'x-request-id',
      },
    },
  ],
});

/** The headers of a signed request for an API. The sandbox reads who signed, and computes no signature. */
const signedFor = (service: string): Record<string, string> => {
  const date = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const scope = `LANDFALLADMIN/${date.slice(0, 8)}/eu-west-1/${service}/aws4_request`;
  return {
    Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=${'0'.repeat(64)}`,
    'X-Amz-Date': date,
  };
};

describe('an API is a module in the list', () => {
  test('in JSON it is found by its target', async () => {
    const response = await fetch(running().url, {
      method: 'POST',
      headers: { ...signedFor('greetings'), 'X-Amz-Target': 'Greetings_20261130.Greet' },
      body: JSON.stringify({ Name: 'Ada' }),
    });
    expect(await response.json()).toEqual({ Greeting: 'Hello Ada, from eu-west-1.' });
    expect(running().journal().at(-1)).toMatchObject({
      service: 'greetings',
      operation: 'Greet',
      status: 200,
    });
  });

  test('in the query protocol, by its version', async () => {
    const response = await fetch(running().url, {
      method: 'POST',
      headers: signedFor('query-greetings'),
      body: new URLSearchParams({ Action: 'Greet', Version: '2026-11-30', Name: 'Ada' }),
    });
    expect(await response.text()).toContain(
      '<GreetResult><Greeting>Hello Ada, from eu-west-1.</Greeting></GreetResult>',
    );
  });

  test('in REST, by the service that the request is signed for', async () => {
    const headers = signedFor('rest-greetings');
    const greet = await fetch(`${running().url}/Ada`, { headers });
    expect(await greet.json()).toEqual({ Greeting: 'Hello Ada, from eu-west-1.' });
    const unknown = await fetch(`${running().url}/Ada`, { method: 'PUT', headers });
    expect([unknown.status, await unknown.text()]).toEqual([400, 'UnknownOperationException']);
  });
});

test('no two APIs of the sandbox are found by the same name, target or version', () => {
  const found = services.map(({ name, protocol }) => [
    name,
    protocol.kind === 'json-1.1' ? protocol.target : protocol.kind === 'query' ? protocol.version : undefined,
  ]);
  const repeated = [0, 1].flatMap((column) => {
    const values = found.flatMap((row) => row[column] ?? []);
    return values.filter((value, at) => values.indexOf(value) !== at);
  });
  expect(repeated).toEqual([]);
});

test('the README names every API', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  expect(services.map(({ title }) => title).filter((title) => !readme.includes(title))).toEqual([]);
});
