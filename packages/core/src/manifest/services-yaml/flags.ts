import type { Node, ScalarNode } from '../node.ts';

/** What `distutils.util.strtobool` takes, which the format was read with. */
const words: ReadonlyMap<string, boolean> = new Map([
  ...['y', 'yes', 't', 'true', 'on', '1'].map((word) => [word, true] as const),
  ...['n', 'no', 'f', 'false', 'off', '0'].map((word) => [word, false] as const),
]);

/** A number or boolean that was written as text, as what it is; anything else stays, for the check to refuse. */
export const asFlag = (node: Node): Node => withValue(node, (text) => words.get(text.toLowerCase()));
export const asNumber = (node: Node): Node =>
  withValue(node, (text) => (/^-?\d{1,15}$/.test(text) ? Number(text) : undefined));
export const asText = (node: Node): Node => withValue(node, (text) => text);

/** Whether a flag is set, in any of its spellings. */
export const isOn = (node: Node | undefined): boolean => {
  const flag = node && asFlag(node);
  return flag?.kind === 'scalar' && flag.value === true;
};

function withValue(node: Node, read: (text: string) => ScalarNode['value'] | undefined): Node {
  if (node.kind !== 'scalar' || node.value === null) return node;
  return { ...node, value: read(String(node.value)) ?? node.value };
}
