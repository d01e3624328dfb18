import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a worker tells, and what decides where home and scratch are. */
const TOLD = /^(?:RIG_[A-Z_]+|HOME|TMPDIR)=/;

const parse = (text: string): Environment => {
  const told = text.split('\0').filter((line) => TOLD.test(line));
  return Object.fromEntries(
    told.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const),
  );
};

/**
 * What the client was started with, which is what the worker said. A client hands on more to its hooks: settings of a
 * workspace can set any variable, and a workspace must not say how large it is. Where the system does not tell (it does
 * on Linux), the hook's own environment is taken.
 * @param client  number of the client's process
 */
export const clientEnvironment = (own: Environment, client: string | undefined): Environment => {
  if (client === undefined || !/^\d{1,10}$/.test(client)) return own;
  try {
    return parse(readFileSync(`/proc/${client}/environ`, 'utf8'));
  } catch {
    return own;
  }
};
