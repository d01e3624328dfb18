import { GraphqlSyntaxError, tokenize, type Token } from './lexer.js';

export type Value =
  | { readonly kind: 'literal'; readonly value: unknown }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Value[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, Value> };

export type Arguments = ReadonlyMap<string, Value>;
export type Directives = ReadonlyMap<string, Arguments>;

export type Selection =
  | {
      readonly kind: 'field';
      readonly name: string;
      readonly alias: string;
      readonly args: Arguments;
      readonly directives: Directives;
      readonly selections: readonly Selection[];
    }
  | {
      readonly kind: 'fragment';
      readonly on: string | undefined;
      readonly spread: string | undefined;
      readonly directives: Directives;
      readonly selections: readonly Selection[];
    };

export interface Operation {
  readonly kind: 'query' | 'mutation';
  readonly name: string | undefined;
  readonly defaults: Arguments;
  readonly selections: readonly Selection[];
}

export interface Document {
  readonly operations: readonly Operation[];
  readonly fragments: ReadonlyMap<string, { readonly on: string; readonly selections: readonly Selection[] }>;
}

/** Selections may lie this deep within each other. */
const maxDepth = 30;

class Reader {
  private at = 0;
  private depth = 0;
  constructor(private readonly tokens: readonly Token[]) {}

  peek(): Token {
    return this.tokens[this.at] ?? { kind: 'end', text: '' };
  }

  next(): Token {
    const token = this.peek();
    this.at += 1;
    return token;
  }

  is(text: string): boolean {
    const token = this.peek();
    return token.text === text && (token.kind === 'punctuator' || token.kind === 'name');
  }

  take(text: string): boolean {
    if (!this.is(text)) return false;
    this.at += 1;
    return true;
  }

  expect(text: string): void {
    if (!this.take(text)) throw new GraphqlSyntaxError(`Syntax Error: expected "${text}", found "${this.peek().text}"`);
  }

  name(): string {
    const token = this.next();
    if (token.kind !== 'name') throw new GraphqlSyntaxError(`Syntax Error: expected a name, found "${token.text}"`);
    return token.text;
  }

  value(): Value {
    const token = this.next();
    if (token.kind === 'variable') return { kind: 'variable', name: token.text };
    if (token.kind === 'string') return { kind: 'literal', value: token.text };
    if (token.kind === 'number') return { kind: 'literal', value: Number(token.text) };
    if (token.kind === 'name') {
      const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };
      return { kind: 'literal', value: token.text in words ? words[token.text] : token.text };
    }
    if (token.text === '[') {
      const items: Value[] = [];
      while (!this.take(']')) items.push(this.value());
      return { kind: 'list', items };
    }
    if (token.text === '{') return { kind: 'object', fields: this.pairs('}') };
    throw new GraphqlSyntaxError(`Syntax Error: unexpected "${token.text}"`);
  }

  private pairs(end: string): Map<string, Value> {
    const pairs = new Map<string, Value>();
    while (!this.take(end)) {
      const name = this.name();
      this.expect(':');
      pairs.set(name, this.value());
    }
    return pairs;
  }

  arguments(): Arguments {
    return this.take('(') ? this.pairs(')') : new Map<string, Value>();
  }

  directives(): Directives {
    const directives = new Map<string, Arguments>();
    while (this.take('@')) directives.set(this.name(), this.arguments());
    return directives;
  }

  selections(): Selection[] {
    if (!this.take('{')) return [];
    this.depth += 1;
    if (this.depth > maxDepth) throw new GraphqlSyntaxError('Syntax Error: the selection is too deep');
    const selections: Selection[] = [];
    while (!this.take('}')) selections.push(this.take('...') ? this.fragment() : this.field());
    this.depth -= 1;
    return selections;
  }

  private fragment(): Selection {
    if (this.peek().kind === 'name' && !this.is('on')) {
      const spread = this.name();
      return { kind: 'fragment', on: undefined, spread, directives: this.directives(), selections: [] };
    }
    const on = this.take('on') ? this.name() : undefined;
    const directives = this.directives();
    return { kind: 'fragment', on, spread: undefined, directives, selections: this.selections() };
  }

  private field(): Selection {
    const first = this.name();
    const name = this.take(':') ? this.name() : first;
    const args = this.arguments();
    const directives = this.directives();
    return { kind: 'field', name, alias: first, args, directives, selections: this.selections() };
  }

  /** `($id: ID!, $n: Int = 10)`: only the defaults matter to us. */
  variables(): Arguments {
    const defaults = new Map<string, Value>();
    if (!this.take('(')) return defaults;
    while (!this.take(')')) {
      const { kind, text } = this.next();
      if (kind !== 'variable') throw new GraphqlSyntaxError(`Syntax Error: expected a variable, found "${text}"`);
      this.expect(':');
      this.type();
      if (this.take('=')) defaults.set(text, this.value());
    }
    return defaults;
  }

  private type(): void {
    if (this.take('[')) {
      this.type();
      this.expect(']');
    } else this.name();
    this.take('!');
  }
}

/** Reads a document of queries, mutations and fragments. */
export const parseDocument = (source: string): Document => {
  const reader = new Reader(tokenize(source));
  const operations: Operation[] = [];
  const fragments = new Map<string, { on: string; selections: readonly Selection[] }>();
  while (reader.peek().kind !== 'end') {
    if (reader.take('fragment')) {
      const name = reader.name();
      reader.expect('on');
      fragments.set(name, { on: reader.name(), selections: reader.selections() });
      continue;
    }
    const kind = reader.take('mutation') ? 'mutation' : 'query';
    if (kind === 'query' && !reader.is('{')) reader.expect('query');
    const name = reader.peek().kind === 'name' ? reader.name() : undefined;
    const defaults = reader.variables();
    reader.directives();
    operations.push({ kind, name, defaults, selections: reader.selections() });
  }
  return { operations, fragments };
};
