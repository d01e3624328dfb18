import type { z } from 'zod';
import { ProblemException } from './problem.js';

const refuseInput = (status: number, code: string, where: string, error: z.ZodError): ProblemException => {
  const issue = error.issues[0];
  const path = issue?.path.map(String).join('.') ?? '';
  const more = error.issues.length > 1 ? ` (and ${error.issues.length - 1} more)` : '';
  return new ProblemException({
    status,
    code,
    detail: `${where}${path === '' ? '' : ` field ${path}`}: ${issue?.message ?? 'invalid'}${more}`,
    fix: `Send a ${where} that fits the API reference.`,
    ...(path === '' ? {} : { field: path }),
  });
};

/** Parses a JSON body; throws a 422 problem `BODY_INVALID` that names the field. */
export const parseBody = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refuseInput(422, 'BODY_INVALID', 'body', parsed.error);
};

/** Parses a query string or path parameters; throws a 400 problem `QUERY_INVALID` that names the field. */
export const parseQuery = <S extends z.ZodType>(schema: S, input: unknown): z.output<S> => {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  throw refuseInput(400, 'QUERY_INVALID', 'query', parsed.error);
};
