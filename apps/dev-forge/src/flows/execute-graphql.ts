import { HttpRefusal } from '../core/errors.js';
import {
  parseDocument,
  type Arguments,
  type Directives,
  type Document,
  type Selection,
} from '../core/graphql/parser.js';
import type { Value } from '../core/graphql/parser.js';

export type Args = Readonly<Record<string, unknown>>;

/**
 * An object of the schema: its type's name, and for each field its value (a scalar, an object, a list of them, or a
 * promise of that) or a function of the arguments that finds it. Fields it lacks are errors by name.
 */
export interface GraphqlObject {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

export const object = (type: string, fields: GraphqlObject['fields']): GraphqlObject => ({ type, fields });

interface FieldError {
  readonly type: string;
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** GitHub's error types of GraphQL. */
const typeOfStatus = (error: unknown): string => {
  if (!(error instanceof HttpRefusal)) return 'INTERNAL';
  return error.status === 404 ? 'NOT_FOUND' : error.status === 403 ? 'FORBIDDEN' : 'UNPROCESSABLE';
};

const isObject = (value: unknown): value is GraphqlObject =>
  typeof value === 'object' && value !== null && 'type' in value && 'fields' in value;

class Execution {
  readonly errors: FieldError[] = [];
  constructor(
    private readonly document: Document,
    private readonly variables: Readonly<Record<string, unknown>>,
  ) {}

  private value(value: Value): unknown {
    if (value.kind === 'literal') return value.value;
    if (value.kind === 'variable') return this.variables[value.name];
    if (value.kind === 'list') return value.items.map((item) => this.value(item));
    return this.args(value.fields);
  }

  private args(args: Arguments): Args {
    return Object.fromEntries([...args].map(([name, value]) => [name, this.value(value)]));
  }

  private wanted(directives: Directives): boolean {
    const condition = (name: string): unknown => {
      const value = directives.get(name)?.get('if');
      return value === undefined ? undefined : this.value(value);
    };
    return condition('skip') !== true && condition('include') !== false;
  }

  /** The fields that apply to an object, fragments opened. */
  private *fieldsOf(type: string, selections: readonly Selection[]): Generator<Extract<Selection, { kind: 'field' }>> {
    for (const selection of selections) {
      if (!this.wanted(selection.directives)) continue;
      if (selection.kind === 'field') yield selection;
      else if (selection.spread !== undefined) {
        const fragment = this.document.fragments.get(selection.spread);
        if (fragment === undefined) throw new HttpRefusal(422, `Fragment ${selection.spread} was not defined`);
        if (applies(fragment.on, type)) yield* this.fieldsOf(type, fragment.selections);
      } else if (applies(selection.on, type)) yield* this.fieldsOf(type, selection.selections);
    }
  }

  async select(
    source: GraphqlObject,
    selections: readonly Selection[],
    path: readonly (string | number)[],
  ): Promise<Record<string, unknown>> {
    const out: Record<string, unknown> = {};
    // One after the other: the fields of a mutation must keep their order, and queries are small.
    for (const field of this.fieldsOf(source.type, selections)) {
      const here = [...path, field.alias];
      try {
        out[field.alias] = await this.complete(await this.resolve(source, field), field.selections, here);
      } catch (error) {
        out[field.alias] = null;
        const message =
          error instanceof HttpRefusal ? error.message : 'Something went wrong while executing your query.';
        this.errors.push({ type: typeOfStatus(error), path: here, message: [message, ...details(error)].join(': ') });
      }
    }
    return out;
  }

  private resolve(source: GraphqlObject, field: Extract<Selection, { kind: 'field' }>): unknown {
    if (field.name === '__typename') return source.type;
    if (!(field.name in source.fields)) {
      throw new HttpRefusal(422, `dev-forge does not have the field '${field.name}' on type '${source.type}'`);
    }
    const found = source.fields[field.name];
    return typeof found === 'function' ? (found as (args: Args) => unknown)(this.args(field.args)) : found;
  }

  private async complete(
    value: unknown,
    selections: readonly Selection[],
    path: readonly (string | number)[],
  ): Promise<unknown> {
    if (Array.isArray(value)) {
      const out: unknown[] = [];
      for (const [index, item] of value.entries()) out.push(await this.complete(item, selections, [...path, index]));
      return out;
    }
    return isObject(value) ? this.select(value, selections, path) : (value ?? null);
  }
}

/** Interfaces that fragments of clients name. */
const interfaces: Readonly<Record<string, readonly string[]>> = {
  Actor: ['User', 'Bot', 'Organization'],
  Node: ['PullRequest', 'Issue', 'PullRequestReviewThread', 'Repository', 'User', 'Bot'],
  RequestedReviewer: ['User', 'Bot'],
};

const applies = (on: string | undefined, type: string): boolean =>
  on === undefined || on === type || interfaces[on]?.includes(type) === true;

const details = (error: unknown): string[] =>
  error instanceof HttpRefusal ? (error.errors ?? []).filter((one): one is string => typeof one === 'string') : [];

/** Carries out one operation of a document. */
export const executeGraphql = async (
  source: string,
  variables: Readonly<Record<string, unknown>>,
  operationName: string | undefined,
  roots: { readonly query: GraphqlObject; readonly mutation: GraphqlObject },
): Promise<{ data: unknown; errors?: readonly FieldError[] }> => {
  const document = parseDocument(source);
  const operation =
    operationName === undefined
      ? document.operations[0]
      : document.operations.find((candidate) => candidate.name === operationName);
  if (operation === undefined) throw new HttpRefusal(422, 'No operation to carry out');
  const defaults = [...operation.defaults].map(([name, value]): [string, unknown] => [
    name,
    value.kind === 'literal' ? value.value : undefined,
  ]);
  const execution = new Execution(document, { ...Object.fromEntries<unknown>(defaults), ...variables });
  const data = await execution.select(roots[operation.kind], operation.selections, []);
  return { data, ...(execution.errors.length === 0 ? {} : { errors: execution.errors }) };
};
