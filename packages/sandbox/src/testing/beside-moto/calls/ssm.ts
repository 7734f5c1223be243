import type { Calls } from '../ask.ts';

export const ssmCalls: Calls = async (ask) => {
  await ask('a text', 'PutParameter', { Name: '/web/level', Type: 'String', Value: 'info' });
  await ask('a secret', 'PutParameter', { Name: '/web/token', Type: 'SecureString', Value: 'abc' });
  await ask('one that is there already', 'PutParameter', {
    Name: '/web/level',
    Type: 'String',
    Value: 'debug',
  });
  await ask('one that is there already, overwritten', 'PutParameter', {
    Name: '/web/level',
    Type: 'String',
    Value: 'debug',
    Overwrite: true,
  });
  await ask('two, and one that is missing', 'GetParameters', {
    Names: ['/web/level', '/web/token', '/gone'],
    WithDecryption: true,
  });
  await ask('more than there can be', 'GetParameters', {
    Names: Array.from({ length: 11 }, (_, index) => `/web/${index}`),
  });
  await ask('one', 'DeleteParameter', { Name: '/web/level' });
  await ask('one that is missing', 'DeleteParameter', { Name: '/gone' });
};
