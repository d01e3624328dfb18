import { RigError } from '@rig/kernel';

/** A refusal on its way to the client: status and body as GitHub writes them. */
export class HttpRefusal extends RigError {
  readonly status: number;
  readonly errors: readonly unknown[] | undefined;

  constructor(status: number, message: string, errors?: readonly unknown[]) {
    super({ code: `FORGE_${status}`, kind: 'terminal', message });
    this.name = 'HttpRefusal';
    this.status = status;
    this.errors = errors;
  }
}

export const notFound = (): HttpRefusal => new HttpRefusal(404, 'Not Found');
export const unprocessable = (message: string, errors?: readonly unknown[]): HttpRefusal =>
  new HttpRefusal(422, message, errors);

/** The value, or 404. */
export const found = <T>(value: T | undefined | null): T => {
  if (value === undefined || value === null) throw notFound();
  return value;
};
