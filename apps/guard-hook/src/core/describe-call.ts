import type { ToolCall } from './tool-call.js';

const FIELDS = ['command', 'cmd', 'file_path', 'notebook_path', 'path'];

/** What a call would do, as one text for people: the command, the file, or else the whole input. */
export const describeCall = ({ input }: Pick<ToolCall, 'input'>): string => {
  for (const field of FIELDS) {
    const value = input[field];
    if (typeof value === 'string') return value;
    if (Array.isArray(value)) return value.map(String).join(' ');
  }
  return JSON.stringify(input);
};
