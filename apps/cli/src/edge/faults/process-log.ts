import { readFile } from 'node:fs/promises';

/** One JSON line of a service's log. */
export interface LogLine {
  readonly time: string;
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

const parse = (line: string): LogLine | undefined => {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && 'message' in value ? (value as LogLine) : undefined;
  } catch {
    // What the supervisor noted, or a line that a death cut off.
    return undefined;
  }
};

/** What a process logged over all its lives, oldest first; nothing if it logged nothing. */
export const readProcessLog = async (folder: string, name: string): Promise<readonly LogLine[]> => {
  const texts = await Promise.all(
    [`${name}.log.1`, `${name}.log`].map((file) => readFile(`${folder}/${file}`, 'utf8').catch(() => '')),
  );
  return texts
    .join('')
    .split('\n')
    .flatMap((line) => parse(line) ?? []);
};
