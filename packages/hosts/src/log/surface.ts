export type Style = 'plain' | 'notice' | 'warning' | 'error' | 'debug' | 'foreign' | 'progress';

/** What a log is written on. It gets lines that are inert and redacted already, one at a time. */
export interface Surface {
  write(style: Style, line: string): void;
  openGroup(title: string): void;
  closeGroup(): void;
  /** Replaces the shown state of what is in progress; absent where a log is append-only. */
  redraw?(lines: readonly string[]): void;
  /** How wide a line may be that is redrawn; undefined where it is not known. */
  columns?(): number | undefined;
  close(): void;
}
