import { describe, expect, it } from '@jest/globals';
import { demoIssue, firstIssue } from '../index.js';

describe('demo issues', () => {
  it('begin with one that has examples and fits into single quotes of a shell', () => {
    expect(firstIssue.body.split('\n')).toContain('slugify("Hello World") => "hello-world"');
    expect(JSON.stringify(firstIssue)).not.toContain("'");
  });

  it('ask for the same thing whenever asked', () => {
    expect(demoIssue(1)).toEqual(demoIssue(1, 0));
    expect(demoIssue(1).title).toBe('Add slugify(text)');
    expect(demoIssue(1).body).toContain('slugify("Hello World") => "hello-world"');
  });

  it.each([0, 7, -3, 1e9])('never ask for one module twice (seed %d)', (seed) => {
    const modules = Array.from({ length: 60 }, (_, n) => /Module: `(.+)`/.exec(demoIssue(n + 1, seed).body)?.[1]);
    expect(new Set(modules).size).toBe(60);
    expect(modules.every((module) => /^src\/[a-z0-9-]+\.js$/.test(module ?? ''))).toBe(true);
  });
});
