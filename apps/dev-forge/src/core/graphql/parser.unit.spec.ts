import { describe, expect, it } from '@jest/globals';
import { executeGraphql, object } from '../../flows/execute-graphql.js';
import { GraphqlSyntaxError } from './lexer.js';
import { parseDocument } from './parser.js';

const roots = {
  query: object('Query', {
    hello: ({ name }: Readonly<Record<string, unknown>>) => `hello ${String(name)}`,
    people: [object('User', { login: 'ada' }), object('Bot', { login: 'rig' })],
    broken: () => {
      throw new Error('secret');
    },
  }),
  mutation: object('Mutation', {}),
};

const ask = (query: string, variables = {}) => executeGraphql(query, variables, undefined, roots);

describe('GraphQL', () => {
  it('reads arguments, variables with defaults, aliases and lists', async () => {
    const query =
      'query Q($n: String = "you", $m: [ID!]!) { hello(name: $n) again: hello(name: "x\\"y") people { login } }';
    expect(await ask(query)).toEqual({
      data: { hello: 'hello you', again: 'hello x"y', people: [{ login: 'ada' }, { login: 'rig' }] },
    });
    expect((await ask(query, { n: 'me' })).data).toMatchObject({ hello: 'hello me' });
  });

  it('opens fragments by type, and honours skip and include', async () => {
    const query = `{ people { __typename ...F ... on Bot { bot: login } ... on Actor { any: login } } }
      fragment F on User { login @skip(if: false) gone: login @include(if: false) }`;
    expect((await ask(query)).data).toEqual({
      people: [
        { __typename: 'User', login: 'ada', any: 'ada' },
        { __typename: 'Bot', bot: 'rig', any: 'rig' },
      ],
    });
  });

  it('names fields that it does not have, and tells nothing of faults', async () => {
    const { data, errors } = await ask('{ hello(name: 1) nothing broken }');
    expect(data).toEqual({ hello: 'hello 1', nothing: null, broken: null });
    expect(errors?.map(({ message }) => message)).toEqual([
      "dev-forge does not have the field 'nothing' on type 'Query'",
      'Something went wrong while executing your query.',
    ]);
  });

  it('refuses what cannot be read, and what is too deep', () => {
    expect(() => parseDocument('{ a ')).toThrow(GraphqlSyntaxError);
    expect(() => parseDocument('{ a(b: ) }')).toThrow(GraphqlSyntaxError);
    expect(() => parseDocument(`${'{a'.repeat(40)}${'}'.repeat(40)}`)).toThrow('too deep');
    expect(() => parseDocument('subscription { a }')).toThrow(GraphqlSyntaxError);
  });
});
