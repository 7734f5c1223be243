/**
 * The runner's commands on stdout, as `@actions/core` writes them (a test holds them equal). Its own module is
 * not loaded here: docs/decisions/0001-actions-toolkit.md.
 */
type CommandName =
  | 'add-mask'
  | 'debug'
  | 'error'
  | 'warning'
  | 'notice'
  | 'group'
  | 'endgroup'
  | 'stop-commands';

export function command(
  name: CommandName,
  data = '',
  properties: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const given = Object.entries(properties)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([key, value]) => `${key}=${escapeProperty(String(value))}`);
  return `::${name}${given.length > 0 ? ` ${given.join(',')}` : ''}::${escapeData(data)}\n`;
}

const escapeData = (text: string) =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');

const escapeProperty = (text: string) => escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
