import type { ExitClass } from '../exit-codes.ts';

export interface ErrorRow {
  readonly exit: ExitClass;
  readonly meaning: string;
  readonly remedy: string;
}

export const row = (exit: ExitClass, meaning: string, remedy: string): ErrorRow => ({
  exit,
  meaning,
  remedy,
});
