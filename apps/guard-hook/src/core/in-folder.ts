/** The folder a call names for itself, seen from the session's; the session's where it names none. */
export const inFolder = (cwd: string, named: unknown): string => {
  if (typeof named !== 'string' || named === '') return cwd;
  return named.startsWith('/') ? named : `${cwd}/${named}`;
};
