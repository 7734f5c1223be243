/**
 * Untrusted text for a Markdown page on GitHub: it comes out as the text it is, whatever GitHub-flavored
 * Markdown and GitHub's own rules on top of it give a meaning. A web address links to itself; nothing else
 * links, and there is no image.
 *
 * What Markdown gives a meaning becomes a character reference, which never indicates
 * structure (CommonMark, 6.2) and holds inside HTML, too, where a backslash does not. What GitHub
 * looks for in the rendered text, a node at a time, is cut in two by `<wbr>`: it cannot be seen and is not
 * copied.
 */
export const escapeMarkdown = (text: string): string =>
  text
    .replaceAll(cut, '')
    .split(address)
    .map((part, index) => (index % 2 === 1 ? linked(part) : escapeText(part)))
    .join('');

/** The same inside an HTML element, where an address between angle brackets would be another element: it does not link. */
export const escapeMarkdownInHtml = (text: string): string => escapeText(text.replaceAll(cut, ''));

/** The same at the start of a block or a line of one, where further characters have a meaning. */
export function escapeMarkdownLine(line: string): string {
  const indentation = /^[ \t]*/.exec(line)![0];
  const escaped = escapeMarkdown(line.slice(indentation.length));
  // Four columns would make a code block of it.
  if (indentation !== '') return `${'&nbsp;'.repeat(indentation.length)}${escaped}`;
  return escaped
    .replace(/^[-+=:]/, reference)
    .replace(/^(\d+)([.)])/, (_, digits, end) => digits + reference(end));
}

/** Marks a cut; no text that was made inert holds it. */
const cut = '\u0000';

const host = '(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)(?:\\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*(?::\\d{1,5})?';
/** What comes after a host must not belong to it: another letter, a user's name, a port that is none. */
const hostEnd = '(?![\\p{L}\\p{N}_@%-]|\\.[\\p{L}\\p{N}_-]|:(?!\\s|$))';
const path = "(?:[/?#](?:[a-z0-9._~:/?#@!&'()*+,;=%[\\]-]*[a-z0-9_~/#&=+%-])?)?";
/**
 * A web address without doubt: RFC 3986, without what Markdown, HTML or GitHub's math would interpret, or what
 * ends a sentence.
 */
const address = new RegExp(`(?<![\\p{L}\\p{N}_])(https?://${host}${hostEnd}${path})`, 'iu');

/** Nothing has a meaning between the angle brackets but references (CommonMark, 6.5). */
const linked = (url: string) => `<${url.replaceAll('&', '&amp;')}>`;

const reference = (character: string) => `&#${character.charCodeAt(0)};`;

const named: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  // https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/writing-mathematical-expressions
  $: '<span>$</span>',
  [cut]: '<wbr>',
};

const escapeText = (text: string) =>
  text
    .replace(linkedByGitHub, `$&${cut}`)
    .replace(commit, (digits) => digits.replace(/.{6}(?=.)/g, `$&${cut}`))
    // An underscore within a word means nothing, and names are full of them.
    .replace(/[&<>$`\\*~|[\]#\u0000]|(?<![a-z0-9])_|_(?![a-z0-9])/gi, (one) => named[one] ?? reference(one));

/** 7 to 40 hex digits alone. */
const commit = /(?<![0-9a-z_])[0-9a-f]{7,40}(?![0-9a-z_])/gi;

/**
 * After which character a text is cut.
 * https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls
 */
const linkedByGitHub = new RegExp(
  [
    // Addresses that GFM would link by itself: `ftp://…`, `www.…`. And emoji: `:x:`.
    ':(?=//|[\\w+-]+:)',
    '(?<![a-z0-9])www(?=\\.)',
    // People, teams, mail; but not the digest of an image.
    '(?<!\\w)@(?=[a-z0-9])|@(?=[a-z0-9])(?!sha256:)',
    // Issues and pull requests.
    '#(?=\\d)',
    '\\bGH-(?=\\d)',
  ].join('|'),
  'gi',
);
