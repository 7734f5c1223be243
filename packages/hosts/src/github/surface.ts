import { styled } from '../log/plain-surface.ts';
import type { Surface } from '../log/surface.ts';
import type { TextOutput } from '../surroundings.ts';
import { command } from './command.ts';

interface GitHubSurface extends Surface {
  /** Writes a command of ours; commands are read again if foreign output had stopped them. */
  command(text: string): void;
}

/**
 * Foreign output stands behind `::stop-commands::<random>`, a second wall besides the inert text. Commands
 * stay stopped until the next one of ours, or the end, so that a stream costs two lines and not two per line.
 */
export function gitHubSurface(output: TextOutput): GitHubSurface {
  let token: string | undefined;
  let depth = 0;

  const resume = () => {
    if (token === undefined) return;
    output.write(`::${token}::\n`);
    token = undefined;
  };
  const own = (text: string) => {
    resume();
    output.write(text);
  };

  return {
    command: own,
    write(style, line) {
      if (style === 'debug') return own(command('debug', line));
      if (style === 'foreign' && token === undefined) {
        token = crypto.randomUUID();
        output.write(command('stop-commands', token));
      }
      output.write(`${styled(style, line, true)}\n`);
    },
    openGroup(title) {
      depth += 1;
      // The log viewer has one level of folds.
      if (depth === 1) own(command('group', title));
      else output.write(`\u001b[1m${title}\u001b[0m\n`);
    },
    closeGroup() {
      depth -= 1;
      if (depth === 0) own(command('endgroup'));
    },
    close: resume,
  };
}
