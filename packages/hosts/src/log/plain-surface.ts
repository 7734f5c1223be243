import type { TextOutput } from '../surroundings.ts';
import type { Style, Surface } from './surface.ts';

export interface PlainOptions {
  readonly colour: boolean;
  readonly debug: boolean;
}

/** SGR colours (ECMA-48): red, yellow, cyan, faint. */
const colours: Partial<Record<Style, number>> = { error: 31, warning: 33, notice: 36, debug: 2 };
const labels: Partial<Record<Style, string>> = { warning: 'warning: ', debug: 'debug: ' };

/** Lines on a log that only grows and has no folds: a group is a title with its lines indented. */
export function plainSurface(output: TextOutput, { colour, debug }: PlainOptions): Surface {
  let indent = '';
  return {
    write(style, line) {
      if (style === 'debug' && !debug) return;
      output.write(`${indent}${styled(style, line, colour)}\n`);
    },
    openGroup(title) {
      output.write(`${indent}${colour ? `\u001b[1m${title}\u001b[0m` : title}\n`);
      indent += '  ';
    },
    closeGroup() {
      indent = indent.slice(2);
    },
    close() {},
  };
}

export function styled(style: Style, line: string, colour: boolean): string {
  const text = style === 'foreign' ? `    ${line}` : `${labels[style] ?? ''}${line}`;
  const code = colours[style];
  return colour && code !== undefined ? `\u001b[${code}m${text}\u001b[0m` : text;
}
