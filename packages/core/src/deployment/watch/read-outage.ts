import { settleTime } from '../../ecs/eventual-consistency.ts';
import { isLandfallError, type LandfallError } from '../../errors/landfall-error.ts';
import { troubleOf } from '../../reading/trouble.ts';
import type { WatchContext } from './watch-context.ts';

/** Reads that fail: how long already, and whether going on makes sense. */
export class ReadOutage {
  readonly #following: Pick<WatchContext, 'clock' | 'onNotice'>;
  #since: number | undefined;

  constructor(following: Pick<WatchContext, 'clock' | 'onNotice'>) {
    this.#following = following;
  }

  note(error: unknown): void {
    const now = this.#following.clock.elapsed();
    const trouble = troubleOf(error);
    if (trouble === 'final') throw error;
    if (this.#since === undefined && isLandfallError(error))
      this.#following.onNotice({ kind: 'reads-fail', error: error as LandfallError });
    this.#since ??= now;
    if (trouble === 'doubtful' && now - this.#since > settleTime) throw error;
  }

  over(): void {
    if (this.#since === undefined) return;
    this.#following.onNotice({
      kind: 'reads-recovered',
      milliseconds: this.#following.clock.elapsed() - this.#since,
    });
    this.#since = undefined;
  }
}
