import { seededRandom } from '../../../clock/random.ts';

interface RandomState {
  readonly seed: number;
  readonly draws: number;
}

/**
 * A seeded source that resumes where it was after a restart: from its start it would give the same
 * identifiers again.
 */
export class ResumableRandom {
  #seed: number;
  #source: () => number;
  #draws = 0;

  constructor(seed: number) {
    this.#seed = seed;
    this.#source = seededRandom(seed);
  }

  readonly next = (): number => {
    this.#draws += 1;
    return this.#source();
  };

  save(): RandomState {
    return { seed: this.#seed, draws: this.#draws };
  }

  restore({ seed, draws }: RandomState): void {
    this.#seed = seed;
    this.#source = seededRandom(seed);
    for (this.#draws = 0; this.#draws < draws; ) this.next();
  }
}
