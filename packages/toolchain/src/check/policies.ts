import { dependentActions } from '../iam/dependent-actions.ts';
import { documentProblems, documents } from '../iam/documents.ts';
import { referenceDate } from '../iam/reference.ts';
import { failWith, type Part } from './part.ts';

/** The IAM policies that users are given beside what AWS says of its actions. */
export const policiesPart: Part = {
  name: 'IAM policies',
  async run(root) {
    failWith(await documentProblems(root, await dependentActions(root)));
    const { size } = await documents(root);
    return `${size} policies as in the Service Authorization Reference of ${await referenceDate()}`;
  },
};
