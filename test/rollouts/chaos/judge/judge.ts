import { conductBreaches } from './conduct.ts';
import type { Breach, Evidence } from './evidence.ts';
import { greenBreaches } from './green/green.ts';
import { redBreaches } from './red/red.ts';
import { twiceBreaches } from './twice.ts';

/** Holds a timeline against docs/truth.md, which says when green is allowed and what red may say. */
export const judge = (evidence: Evidence): readonly Breach[] => [
  ...evidence.runs.flatMap((run) => [
    ...greenBreaches(evidence, run),
    ...redBreaches(evidence, run),
    ...conductBreaches(run),
  ]),
  ...twiceBreaches(evidence),
];
