import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { CLIENTS, clientOf } from '@rig/hooks';
import { z } from 'zod';
import { found, type CheckOutcome } from '../../../core/deploy/check-report.js';
import { dockerfileProblems, parseDockerfile, type Dockerfile } from '../../../core/deploy/dockerfile.js';
import { readHookPolicyPath } from '../read-dockerfile.js';

const Linter = z.object({
  validate: z.custom<(text: string) => readonly { message: string; range: { start: { line: number } } }[]>(
    (value) => typeof value === 'function',
  ),
});

/** What installing the hook leaves behind, by folder: the workers' image has to take all of it over. */
const hookFolders = (policyPath: string): readonly string[] => [
  '/opt/rig/guard',
  dirname(policyPath),
  ...CLIENTS.map((name) => `/${dirname(clientOf(name).file.managed)}`),
];

const unhooked = ({ stages }: Dockerfile, policyPath: string): readonly string[] => {
  const worker = stages.find(({ name }) => name === 'agent-worker');
  const copied = worker?.instructions.flatMap(({ args }) => /^--from=guard (\S+) \1$/.exec(args)?.[1] ?? []) ?? [];
  return hookFolders(policyPath)
    .filter((folder) => !copied.includes(folder))
    .map((folder) => `stage agent-worker does not copy ${folder}, where the guard's hook lies`);
};

/** The linter says what is no good Dockerfile at all, our own rules what is none for Rig. */
export const checkDockerfile = async (root: string): Promise<CheckOutcome> => {
  const text = await readFile(join(root, 'Dockerfile'), 'utf8');
  const { validate } = Linter.parse(createRequire(import.meta.url)('dockerfile-utils'));
  const linted = validate(text).map(({ message, range }) => `line ${range.start.line + 1}: ${message}`);
  const ignored = await readFile(join(root, '.dockerignore'), 'utf8');
  const open = ignored.split('\n').includes('*') ? [] : ['.dockerignore lets in what it does not name'];
  const file = parseDockerfile(text);
  const hooks = unhooked(file, await readHookPolicyPath(root));
  return found(file.stages.length, [...linted, ...dockerfileProblems(text), ...open, ...hooks]);
};
