import { compare } from '../iam/beside-simulate/compare.ts';
import { randomCases } from '../iam/beside-simulate/random-cases.ts';
import { table } from '../iam/beside-simulate/table.ts';
import { dependentActions } from '../iam/dependent-actions.ts';
import { documentProblems, documents } from '../iam/documents.ts';
import { referenceDate } from '../iam/reference.ts';
import { simulatorVersion } from '../tools/tools.ts';
import { failWith, type Part } from './part.ts';

/** How the sandbox evaluates policies, compared with another implementation. */
export const evaluationPart: Part = {
  name: 'IAM evaluation of the sandbox',
  async run(root) {
    const random = randomCases(1, 10_000);
    const { problems, unseen, differing } = await compare(root, [...table.map(([, one]) => one), ...random]);
    failWith([...problems.slice(0, 20), ...unseen.map((name) => `no longer a difference: ${name}`)]);
    return `${table.length} hand-written policies and ${random.length} random ones decided as by iam-simulate ${simulatorVersion}, except ${differing} that differ for a known reason`;
  },
};

/** The IAM policies that users are given, checked against what AWS says of its actions. */
export const policiesPart: Part = {
  name: 'IAM policies',
  async run(root) {
    failWith(await documentProblems(root, await dependentActions(root)));
    const { size } = await documents(root);
    return `${size} policies as in the Service Authorization Reference of ${await referenceDate()}`;
  },
};
