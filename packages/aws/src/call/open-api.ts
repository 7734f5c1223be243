import type { CallOptions } from '@landfall/core/world/aws';
import { type CallRule, type CallTable, defaultAttempts, kindOf } from './call-table.ts';
import { type CallContext, perform } from './perform.ts';

/**
 * Sends one request of an API once and resolves with its answer, or rejects with what the SDK throws. It calls
 * `onSent` when the request leaves, and ends when the signal aborts.
 */
export type Send = (
  operation: string,
  input: object,
  signal: AbortSignal,
  onSent: () => void,
) => Promise<unknown>;

/** The API whose calls are in the table, with limits, retries, judged answers and counted requests. */
export function openApi<Api>(
  { service, region, send }: { readonly service: string; readonly region: string; readonly send: Send },
  table: CallTable<Api>,
  context: CallContext,
): Api {
  const { counts } = context;
  const methods = Object.entries<CallRule>(table).map(([name, rule]) => {
    const operation = `${service}:${name}`;
    const call = (input: object, options?: CallOptions) =>
      perform(
        {
          operation,
          region,
          kind: kindOf(rule, input),
          attempts: context.attempts ?? rule.attempts ?? defaultAttempts,
          expectation: rule.answer,
          send: (signal, onSent) =>
            send(name, input, signal, () => {
              onSent();
              counts[operation] = (counts[operation] ?? 0) + 1;
            }),
        },
        context,
        options,
      );
    return [name.charAt(0).toLowerCase() + name.slice(1), call];
  });
  return Object.fromEntries(methods) as Api;
}
