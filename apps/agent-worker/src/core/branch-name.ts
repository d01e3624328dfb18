/** Whether a name can be a branch and nothing else: git's own rules, and no character that refspecs or shells read. */
export const isBranchName = (name: string): boolean =>
  /^[A-Za-z0-9_][A-Za-z0-9._/+-]{0,199}$/.test(name) &&
  !/\.\.|\/\/|\/\.|\.lock(?:\/|$)|[./]$/.test(name) &&
  name !== 'HEAD';
