import { describe, expect, it } from '@jest/globals';
import { lockfileFaults } from './lockfile-rules.js';

describe('a lockfile', () => {
  it('is well when every optional package is locked and no address stands in it', () => {
    const packages = {
      '': {},
      'node_modules/tool': { optionalDependencies: { '@tool/linux': '1' } },
      'node_modules/other/node_modules/@tool/linux': {},
      'node_modules/@rig/kernel': { resolved: 'libs/kernel', link: true },
    };
    expect(lockfileFaults({ packages })).toEqual([]);
  });

  it('names the platform binary that was left out', () => {
    const packages = { 'node_modules/tool': { optionalDependencies: { '@tool/mac': '1' } } };
    expect(lockfileFaults({ packages })[0]).toContain('@tool/mac');
  });

  it('names what is bound to one registry', () => {
    expect(lockfileFaults({ packages: { 'node_modules/a': { resolved: 'https://example.org/a.tgz' } } })).toHaveLength(
      1,
    );
  });

  it('is refused when it is no lockfile', () => {
    expect(lockfileFaults({ dependencies: {} })).toHaveLength(1);
  });
});
