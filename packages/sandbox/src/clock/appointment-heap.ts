import type { Appointment } from './clock.ts';

interface Entry extends Appointment {
  readonly order: number;
  readonly callback: () => void;
  done: boolean;
}

const before = (a: Entry, b: Entry) => a.time < b.time || (a.time === b.time && a.order < b.order);

/** Appointments by time, then in the order in which they were made: a rollout of a thousand tasks keeps thousands. */
export class AppointmentHeap {
  readonly #heap: Entry[] = [];
  #order = 0;

  add(time: number, callback: () => void): Appointment {
    const entry: Entry = { time, order: this.#order++, callback, done: false };
    this.#push(entry);
    return entry;
  }

  cancel(appointment: Appointment): void {
    (appointment as Entry).done = true;
  }

  /** The time of the first, or undefined when there is none. */
  next(): number | undefined {
    while (this.#heap.length > 0 && this.#heap[0]!.done) this.#pop();
    return this.#heap[0]?.time;
  }

  /** Takes the first out; `next` has said that there is one. */
  take(): () => void {
    const entry = this.#pop();
    entry.done = true;
    return entry.callback;
  }

  clear(): void {
    this.#heap.length = 0;
  }

  #swap(i: number, j: number): void {
    const held = this.#heap[i]!;
    this.#heap[i] = this.#heap[j]!;
    this.#heap[j] = held;
  }

  #push(entry: Entry): void {
    let at = this.#heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!before(this.#heap[at]!, this.#heap[parent]!)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #pop(): Entry {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    heap[0] = last;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      if (left >= heap.length) return top;
      const child = left + 1 < heap.length && before(heap[left + 1]!, heap[left]!) ? left + 1 : left;
      if (!before(heap[child]!, heap[at]!)) return top;
      this.#swap(at, child);
      at = child;
    }
  }
}
