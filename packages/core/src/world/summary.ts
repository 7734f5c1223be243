/** A summary as plain data. GitHub renders it as Markdown, a terminal and the other hosts as text. */
export type SummaryBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      readonly logged?: Logged;
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string }
  /** The same picture twice: as Mermaid source and as text for where Mermaid is not drawn. */
  | { readonly kind: 'picture'; readonly mermaid: string; readonly text: string }
  | {
      readonly kind: 'details';
      readonly title: string;
      readonly blocks: readonly SummaryBlock[];
      readonly logged?: Logged;
    };

/** Everything in the block is in the log already, so a summary that follows the log leaves it out. */
type Logged = true;
