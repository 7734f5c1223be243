type BuildContext =
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'git'; readonly url: string }
  | { readonly kind: 'tarball'; readonly url: string };

type ParsedContext =
  | { readonly ok: true; readonly context: BuildContext }
  | { readonly ok: false; readonly problem: string };

const refuse = (problem: string): ParsedContext => ({ ok: false, problem });

/** Branch, tag, commit or `refs/…`; git's rules, minus what no forge lets anybody push. */
const gitRef = /^(?!.*(?:\.\.|\/\/|@\{))[A-Za-z0-9_][A-Za-z0-9_./@+-]*$/;
const subfolder = /^(?!.*(?:^|\/)\.\.(?:\/|$))[A-Za-z0-9_.][A-Za-z0-9_./@+ -]*$/;

/**
 * A folder of the workspace, `https://…/repository.git#ref:folder`, or the URL of a tarball. A ref that git could
 * read as an option is refused here, before anything is started.
 */
export function parseBuildContext(text: string): ParsedContext {
  if (text === '-' || text.startsWith('-')) return refuse('must not start with "-"');
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const isScp = /^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:/.test(text);
  if (!isUrl && !isScp) return { ok: true, context: { kind: 'folder', path: text } };
  const [url, fragment] = splitOnce(text, '#');
  if (isUrl && !/^(?:https?|git|ssh):\/\//i.test(url))
    return refuse('must be a directory, or an https, http, ssh or git URL');
  if (isUrl && (!URL.canParse(url) || new URL(url).hostname === '' || new URL(url).hostname.startsWith('-')))
    return refuse('must be a URL with a host');
  if (isUrl && new URL(url).password !== '')
    return refuse('must not contain a password: pass it as the secret GIT_AUTH_TOKEN');
  const isGit = isScp || !/^https?:/i.test(url) || /\.git$/.test(url) || fragment !== undefined;
  if (!isGit) return { ok: true, context: { kind: 'tarball', url: text } };
  const [ref, folder] = splitOnce(fragment ?? '', ':');
  if (ref !== '' && !gitRef.test(ref))
    return refuse(`must name a branch, tag or commit after "#", got ${JSON.stringify(ref.slice(0, 60))}`);
  if (folder !== undefined && folder !== '' && !subfolder.test(folder))
    return refuse(
      `must name a directory of the repository after ":", got ${JSON.stringify(folder.slice(0, 60))}`,
    );
  return { ok: true, context: { kind: 'git', url: text } };
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
