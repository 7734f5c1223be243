import { nameInArn } from '../account/arn.ts';

/** `arn:…:task-definition/web:42` → `web:42`. */
export const shortTaskDefinition = (arn: string | undefined) =>
  (arn ?? 'unknown').replace(/^.*task-definition\//, '');

/** `web:3` and its ARN are the same; `web` is any revision of the family. */
export const isRevision = (arn: string | undefined, asked: string) => {
  const short = shortTaskDefinition(arn);
  return arn === asked || short === asked || short.slice(0, short.lastIndexOf(':')) === asked;
};

/** `arn:…:task/cluster/0123abcd…` → `0123abcd`. */
export const shortTask = (arn: string | undefined) => nameInArn(arn ?? 'unknown').slice(0, 8);
