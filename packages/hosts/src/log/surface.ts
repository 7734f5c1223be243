export type Style = 'plain' | 'notice' | 'warning' | 'error' | 'debug' | 'foreign' | 'progress';

/** What a log is written on. It gets lines that are inert and redacted already, one at a time. */
export interface Surface {
  write(style: Style, line: string): void;
  openGroup(title: string): void;
  closeGroup(): void;
  /** Shows the state of what moves instead of the last one; absent where a log only grows. */
  redraw?(lines: readonly string[]): void;
  /** How wide a line may be that is redrawn; undefined where it is not known. */
  columns?(): number | undefined;
  close(): void;
}
