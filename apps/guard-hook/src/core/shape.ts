import { accept, refuse, type Refusal, type Result } from '@rig/kernel';

/**
 * What a field of a hook's input has to be. The inputs are read by these few kinds and not by zod, which takes as long
 * to load as all of the rest of a decision (docs/adr/0009).
 */
export type Kind = 'text' | 'path' | 'object' | 'text?' | { readonly is: string };
export type Shape = Readonly<Record<string, Kind>>;
export type Fields = Readonly<Record<string, unknown>>;

export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const fits = (kind: Kind, value: unknown): boolean => {
  if (typeof kind === 'object') return value === kind.is;
  switch (kind) {
    case 'text':
      return typeof value === 'string' && value !== '';
    case 'text?':
      return value === undefined || value === null || typeof value === 'string';
    case 'path':
      return typeof value === 'string' && value.startsWith('/') && !value.includes('\0');
    case 'object':
      return isRecord(value);
  }
};

const nameOf = (kind: Kind): string => (typeof kind === 'object' ? `"${kind.is}"` : kind.replace('?', ''));

/** Checks the fields of a shape; others may be there. The refusal names the first field that does not fit. */
export const readShape = (client: string, shape: Shape, value: Fields): Result<Fields, Refusal> => {
  for (const [field, kind] of Object.entries(shape)) {
    if (!fits(kind, value[field])) {
      return refuse({ code: 'INPUT_INVALID', message: `${client} sent no ${nameOf(kind)} as ${field}` });
    }
  }
  return accept(value);
};

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
