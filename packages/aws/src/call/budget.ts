/**
 * Retries draw from one purse per run, so that an outage is not answered with a multiple of our normal load
 * ("Timeouts, retries, and backoff with jitter", Amazon Builders' Library; the sizes are those of the SDK's
 * standard mode: 500 tokens, 5 a retry, 1 back for a call that needed none).
 */
export interface RetryBudget {
  /** False when the purse is empty. */
  spend(): boolean;
  /** After a success: what its retries cost comes back, or one token when there were none. */
  refund(retries: number): void;
}

const full = 500;
const price = 5;

export function retryBudget(): RetryBudget {
  let tokens = full;
  return {
    spend() {
      if (tokens < price) return false;
      tokens -= price;
      return true;
    },
    refund(retries) {
      tokens = Math.min(full, tokens + Math.max(1, retries * price));
    },
  };
}
