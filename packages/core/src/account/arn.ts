/**
 * What is behind the last slash: the name of what an ARN names, and a name itself.
 * `arn:…:service/main/web` and `web` → `web`, `arn:…:role/path/deploy` → `deploy`, `arn:…:task/main/0123…` → `0123…`.
 */
export const nameInArn = (nameOrArn: string): string => nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);

/** The fields of an ARN, or undefined for a text that is none. */
export function arnParts(text: string) {
  const found = /^arn:([a-z-]+):([a-z0-9-]+):([a-z0-9-]*):(\d*):(.+)$/.exec(text);
  if (!found) return undefined;
  const [, partition = '', service = '', region = '', account = '', resource = ''] = found;
  return { partition, service, region, account, resource };
}
