import type { Delivery } from './dispatcher.ts';

/** In process: the call got no answer that a client could use. Whether it took effect the client cannot know. */
export class LostReply extends Error {
  /** What a client on a wire would have seen. */
  readonly kind: Delivery['kind'];

  constructor(kind: Delivery['kind'], service: string, operation: string) {
    super(`The answer to ${service}:${operation} was lost (${kind}).`);
    this.name = 'LostReply';
    this.kind = kind;
  }
}
