import type { ErrorCode } from '../errors/catalogue.ts';

/** What is wrong with a template, and where. Line and column are counted from 1, as editors show them. */
export interface TemplateProblem {
  readonly code: Extract<ErrorCode, `TEMPLATE_${string}`>;
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The same, at an offset of the template's text. */
export interface Finding {
  readonly code: TemplateProblem['code'];
  readonly message: string;
  readonly at: number;
}

/** Ends the rendering of one tag. It has no place until the expression that it arose in adds its own. */
export class Refusal extends Error {
  readonly code: TemplateProblem['code'];
  at: number | undefined;

  constructor(message: string, code: TemplateProblem['code'] = 'TEMPLATE_INVALID', at?: number) {
    super(message);
    this.code = code;
    this.at = at;
  }
}

/** In the order of the text, each place once. */
export function problemsAt(file: string, text: string, findings: readonly Finding[]): TemplateProblem[] {
  const first = new Map(findings.toReversed().map((finding) => [finding.at, finding]));
  return [...first.values()]
    .sort((a, b) => a.at - b.at)
    .map(({ code, message, at }) => ({ code, message, file, ...positionOf(text, at) }));
}

function positionOf(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
