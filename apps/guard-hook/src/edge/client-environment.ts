import { readFileSync } from 'node:fs';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a worker tells, and what decides where home and scratch are. */
const TOLD = /^(?:RIG_[A-Z_]+|HOME|TMPDIR)$/;

const parse = (text: string): Environment => {
  const entries = text.split('\0').map((line): readonly [string, string] => {
    const at = line.indexOf('=');
    return [line.slice(0, Math.max(at, 0)), line.slice(at + 1)];
  });
  return Object.fromEntries(entries.filter(([name]) => TOLD.test(name)));
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
