import { neutralise } from '@landfall/core/text/neutralise';

/** What the demo prints. Headers tell the chapters apart; lines of a step stand behind a bar. */
export interface Page {
  chapter(title: string): void;
  /** The command of a step, as a person would type it. */
  command(text: string): void;
  /** A line of the demo itself. */
  say(text: string): void;
  /** A line of a step's output. */
  quote(text: string): void;
  /** A step that went well. */
  done(text: string): void;
  failed(text: string): void;
}

const width = 78;
const styles = { bold: '1', dim: '2', red: '31', green: '32', cyan: '36' } as const;

export function createPage(write: (text: string) => void, colours: boolean): Page {
  const paint = (style: keyof typeof styles, text: string) =>
    colours ? `\u001b[${styles[style]}m${text}\u001b[0m` : text;
  const line = (text: string) => write(`${text}\n`);
  return {
    chapter(title) {
      const rule = '─'.repeat(Math.max(3, width - title.length - 4));
      line('');
      line(paint('bold', `── ${title} ${rule}`));
    },
    command: (text) => line(paint('cyan', `  $ ${text}`)),
    say: (text) => line(`  ${text}`),
    quote: (text) => line(`${paint('dim', '  │')} ${neutralise(text)}`),
    done: (text) => line(paint('green', `  ✓ ${text}`)),
    failed: (text) => line(paint('red', `  ✗ ${text}`)),
  };
}
