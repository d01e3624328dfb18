import { redactCommand } from '@rig/guard';
import type { GuardQuestion } from '@rig/contracts';

/** Fields of a tool's input that say what it would do. */
const TELLING = ['command', 'cmd', 'file_path', 'notebook_path', 'path'] as const;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const inputText = (input: unknown): string => {
  if (!isRecord(input)) return '';
  const told = TELLING.map((field) => input[field]).find((value) => typeof value === 'string');
  return typeof told === 'string' ? told : '';
};

/** Name of the tool that would run a plain command. */
export const SHELL_TOOL = 'Bash';

/** What was asked about, as it is told to others: secrets masked, at most 512 characters. */
export const toldOf = ({ cmd, tool, input }: GuardQuestion): string =>
  redactCommand(cmd ?? `${tool ?? SHELL_TOOL} ${inputText(input)}`.trim());
