import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ownersOf, parseCodeowners } from './codeowners.js';

const owners = (text: string, path: string): readonly string[] =>
  ownersOf(parseCodeowners(text), [path])[0]?.owners ?? [];

describe('parsing CODEOWNERS', () => {
  it('skips comments, blank lines and lines with syntax that GitHub does not support', () => {
    const text =
      '# all\n\n*  @ada @acme/core # the rest\n!docs/ @bob\n[ab].js @bob\n\\#file @bob\n*.ts not-an-owner\r\n*.md docs@acme.test\r\n';
    expect(parseCodeowners(text)).toEqual([
      { pattern: '*', owners: ['@ada', '@acme/core'] },
      { pattern: '*.md', owners: ['docs@acme.test'] },
    ]);
  });

  it('keeps a pattern without owners, because it takes ownership away', () => {
    expect(owners('* @ada\n/generated/\n', 'generated/a.ts')).toEqual([]);
    expect(owners('* @ada\n/generated/\n', 'src/a.ts')).toEqual(['@ada']);
  });

  it('reads an escaped space as part of the name', () => {
    expect(owners('/my\\ file.txt @ada', 'my file.txt')).toEqual(['@ada']);
  });
});

describe('matching paths', () => {
  it.each([
    ['*', 'a/b/c.txt', true],
    ['*.js', 'deep/down/a.js', true],
    ['*.js', 'a.jsx', false],
    ['/build/logs/', 'build/logs/x/y.log', true],
    ['/build/logs/', 'src/build/logs/x.log', false],
    ['docs/*', 'docs/getting-started.md', true],
    ['docs/*', 'docs/build-app/troubleshooting.md', false],
    ['apps/', 'deep/apps/a/b.ts', true],
    ['apps/', 'apps', false],
    ['/docs/', 'docs/a.md', true],
    ['/docs/', 'src/docs/a.md', false],
    ['/apps/github', 'apps/github/x.ts', true],
    ['apps/github', 'src/apps/github/x.ts', false],
    ['**/logs', 'build/logs/a/b.log', true],
    ['**/logs', 'logs', true],
    ['/scripts/**/test.sh', 'scripts/test.sh', true],
    ['/scripts/**/test.sh', 'scripts/a/b/test.sh', true],
    ['/src/**', 'src/a/b.ts', true],
    ['/*', 'README.md', true],
    ['/*', 'src/a.ts', false],
    ['file?.ts', 'file1.ts', true],
    ['Docs/', 'docs/a.md', false],
  ])('%s on %s: %s', (pattern, path, expected) => {
    expect(owners(`${pattern} @ada`, path)).toEqual(expected ? ['@ada'] : []);
  });

  it('lets the last matching line win', () => {
    expect(owners('* @ada\n*.ts @bob\n/src/ @acme/core', 'src/a.ts')).toEqual(['@acme/core']);
    expect(owners('* @ada\n*.ts @bob\n/src/ @acme/core', 'lib/a.ts')).toEqual(['@bob']);
  });

  it('leaves out paths without owners and keeps the order', () => {
    const rules = parseCodeowners('*.ts @ada');
    expect(ownersOf(rules, ['b.ts', 'x.md', 'a.ts']).map(({ path }) => path)).toEqual(['b.ts', 'a.ts']);
  });

  it('is not stalled by a hostile pattern', () => {
    const began = performance.now();
    owners(`/${'*a'.repeat(200)}b @ada`, 'a'.repeat(4_000));
    owners(`/${'**/'.repeat(200)}b @ada`, 'a/'.repeat(500));
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), fc.string(), (text, path) => void owners(text, path)));
  });
});
