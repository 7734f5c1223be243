import { clientTools, tool } from '../tools/tools.ts';
import type { Part } from './part.ts';

/** Other people's clients, which tests run against the sandbox. */
export const clientsPart: Part = {
  name: 'clients for the tests',
  async run(root) {
    // One after the other: Go uses every processor by itself.
    for (const name of clientTools) await tool(root, name);
    return clientTools.join(', ');
  },
};
