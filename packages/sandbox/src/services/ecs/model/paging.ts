import { invalid } from './faults.ts';

/** One page of a list. The token is opaque to the caller: the place to continue from. */
export function page<Item>(
  items: readonly Item[],
  request: { maxResults?: unknown; nextToken?: unknown },
  size: { readonly default: number; readonly most: number },
): { readonly items: readonly Item[]; readonly nextToken?: string } {
  const wanted = request.maxResults ?? size.default;
  if (typeof wanted !== 'number' || !Number.isInteger(wanted) || wanted < 1 || wanted > size.most) {
    throw invalid(`maxResults must be between 1 and ${size.most}.`);
  }
  const from = request.nextToken === undefined ? 0 : placeOf(request.nextToken);
  const end = from + wanted;
  return {
    items: items.slice(from, end),
    ...(end < items.length ? { nextToken: Buffer.from(`landfall:${end}`).toString('base64') } : {}),
  };
}

function placeOf(token: unknown): number {
  const match = /^landfall:(\d{1,9})$/.exec(Buffer.from(String(token), 'base64').toString('latin1'));
  if (match === null) throw invalid('Invalid token in request.');
  return Number(match[1]);
}
