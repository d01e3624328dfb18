import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { explainCommand, GUARD_LIMITS, judgeCommand } from './index.js';
import { HERE } from './testing/corpora.js';

const TOKENS = (
  'rm -rf / ~ . .. * $X "$X/" ${X:-/} ${!X} ${X[@]:1} $(echo `echo /` ) | || & && ; ;; ( ) { } < > >> << <<< <( >( ' +
  "'a' \"b\" $'\\x72' if then else fi for in do done while case esac function f() eval bash -c git push -f curl x.io sh xargs " +
  'find . -exec {} \\; + sudo alias trap cd .. [[ ]] (( )) ! time coproc select A=1 A+=(x) $((1+1)) {a,b} {1..9} EOF # \\ psql python3 -c'
).split(' ');
const source = fc
  .array(fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...TOKENS, '\n') }, fc.string({ maxLength: 6 })), {
    maxLength: 40,
  })
  .map((tokens) => tokens.join(' '));

describe('any text at all', () => {
  it('is decided without a fault, and the same way twice', () => {
    fc.assert(
      fc.property(source, (command) => {
        const once = judgeCommand({ command, ...HERE });
        expect(judgeCommand({ command, ...HERE })).toEqual(once);
        expect(once.decision === 'block' ? once.message : '').not.toContain('the guard failed');
      }),
      { numRuns: 1_000 },
    );
  });

  it('is explained with the decision that it gets', () => {
    fc.assert(
      fc.property(source, (command) => {
        expect(explainCommand({ command, ...HERE }).decision).toEqual(judgeCommand({ command, ...HERE }));
      }),
      { numRuns: 1_000 },
    );
  });

  it('may be of any characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (command) => {
        const decision = judgeCommand({ command, ...HERE });
        expect(decision.decision === 'block' ? decision.message : '').not.toContain('the guard failed');
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('budgets', () => {
  const nested = (depth: number): string =>
    depth === 0 ? 'ls' : `eval ${JSON.stringify(nested(depth - 1)).replaceAll('$', '\\$')}`;
  it.each([
    ['a command too long', `echo ${'a'.repeat(GUARD_LIMITS.input)}`],
    ['code nested too deep', Array.from({ length: 40 }).reduce<string>((code) => `eval '$(echo "${code}")'`, 'ls')],
    ['code nested in code', nested(9)],
    ['too many steps', `f() { ${'ls; '.repeat(300)} }; for i in {1..200}; do f; done`],
    ['a brace expansion without end', 'echo {1..99999999}{1..99999999}{1..99999999}'],
    ['a function that calls itself', 'f() { f; f; f; }; f'],
    ['a variable that grows', `${'a=$a$a$a$a; '.repeat(60)} eval "$a"`],
    ['an alias of itself', 'alias ls="ls ls"; ls'],
    ['a git alias of itself', "git config alias.x 'x'; git x"],
    ['a file that runs itself', 'echo "sh x.sh" > x.sh; sh x.sh'],
  ])('end %s', (_what, command) => {
    const decision = judgeCommand({ command, ...HERE });
    expect(decision.decision === 'block' ? decision.rule : 'allow').toMatch(
      /^(allow|guard\.(unanalysable|unparseable))$/,
    );
  });

  it('block what is over them', () => {
    expect(judgeCommand({ command: 'a'.repeat(GUARD_LIMITS.input + 1), ...HERE })).toMatchObject({
      rule: 'guard.unanalysable',
    });
    const steps = `for i in {1..200}; do for j in {1..200}; do ls; done; done`;
    expect(judgeCommand({ command: steps, ...HERE })).toMatchObject({ rule: 'guard.unanalysable' });
  });

  it('are not used to hide behind: what is found before they end decides', () => {
    const command = `rm -rf /; for i in {1..200}; do for j in {1..200}; do ls; done; done`;
    expect(judgeCommand({ command, ...HERE })).toMatchObject({ rule: 'fs.rm.root' });
  });
});
