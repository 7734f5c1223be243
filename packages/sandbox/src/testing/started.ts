import { afterAll, beforeAll } from '@jest/globals';
import { type Sandbox, type SandboxOptions, startSandbox } from '../sandbox.ts';

/** A sandbox on a free port for one test file: started before its tests and closed after them. */
export function sandboxForTests(options: SandboxOptions = {}): () => Sandbox {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    sandbox = await startSandbox(options);
  });
  afterAll(() => sandbox?.close());
  return () => sandbox!;
}

/** The client configuration of an AWS SDK for the sandbox. One attempt, so that a test sees each answer. */
export const sdkOptions = (sandbox: Sandbox, accessKeyId = 'LANDFALLADMIN', secretAccessKey = 'any') => ({
  endpoint: sandbox.url,
  region: sandbox.region,
  credentials: { accessKeyId, secretAccessKey },
  maxAttempts: 1,
});
