import type { SummaryBlock } from '@landfall/core/record/summary-block';

/** A part of a summary as plain data, for Markdown and for the lines of a log. */
export type PageBlock =
  | SummaryBlock
  /** The same picture twice: as Mermaid source and as text for where Mermaid is not drawn. */
  | { readonly kind: 'picture'; readonly mermaid: string; readonly text: string }
  | {
      readonly kind: 'details';
      readonly title: string;
      readonly blocks: readonly PageBlock[];
      /** Everything in them is in the log already. */
      readonly logged?: true;
    };
