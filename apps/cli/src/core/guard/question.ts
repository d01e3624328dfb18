import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { z } from 'zod';

const Folder = z.string().regex(/^\//, 'must be an absolute path').max(4_096);

/** One line of `rig guard check --jsonl`. Fields it does not know are passed over. */
const Question = z.object({ cmd: z.string(), cwd: Folder.optional(), workspace: Folder.optional() });
export type Question = z.infer<typeof Question>;

const parseJson = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

/** Reads a line. Refusal code: QUESTION_INVALID. */
export const parseQuestion = (line: string): Result<Question, Refusal> => {
  const value = parseJson(line);
  if (value === undefined) return refuse({ code: 'QUESTION_INVALID', message: 'not JSON' });
  const parsed = Question.safeParse(value);
  if (parsed.success) return accept(parsed.data);
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') ?? '';
  return refuse({ code: 'QUESTION_INVALID', message: `${field === '' ? 'the line' : field}: ${issue?.message ?? ''}` });
};
