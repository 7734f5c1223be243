/** What an operation adds to the summary, as plain data. */
export type SummaryBlock =
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly string[] }
  | {
      readonly kind: 'table';
      readonly head: readonly string[];
      readonly rows: readonly (readonly string[])[];
      /** Everything in the table is in the log already. */
      readonly logged?: true;
    }
  | { readonly kind: 'code'; readonly language: string; readonly text: string };
