/** Names that may reach a path or git. Everything else is refused before it gets there. */
const repoPart = /^(?!\.{1,2}$)[A-Za-z0-9_.-]{1,100}$/;
const sha = /^[0-9a-f]{40}$/;

export const isRepoPart = (name: string): boolean => repoPart.test(name) && !name.endsWith('.git');

export const isSha = (value: string): boolean => sha.test(value);

/** The rules of git-check-ref-format that matter for one branch name, and never an option. */
export const isBranchName = (name: string): boolean =>
  name.length > 0 &&
  name.length < 256 &&
  !/[\p{Cc} ~^:?*[\\]/u.test(name) &&
  !/(?:^[-/.])|(?:\.\.)|(?:\/\/)|(?:\/\.)|(?:@\{)|(?:[/.]$)|(?:\.lock$)|(?:\.lock\/)/.test(name) &&
  name !== '@';

/** A path inside a repository: relative, no empty or dot segments. */
export const isRepoPath = (path: string): boolean =>
  path.length < 4096 &&
  !path.includes('\0') &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
