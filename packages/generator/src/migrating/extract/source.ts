/** The text files of a peer at one commit. */
export interface Source {
  read(path: string): string;
  /** The paths below a folder. */
  list(folder: string): readonly string[];
}
