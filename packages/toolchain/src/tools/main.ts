/**
 * Installs what takes minutes where nothing of it is cached, so that it can run in parallel with the rest; `npm run
 * check` waits for it, or does it.
 */
import { fileURLToPath } from 'node:url';
import { clientTools, tool } from './tools.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));
for (const name of ['act', ...clientTools] as const) await tool(root, name);
