import { describe, expect, it } from '@jest/globals';
import { diagnosisLines } from '../core/diagnosis.js';
import { diagnose, type Probe } from './diagnose.js';

const fine: Probe = { name: 'git', look: async () => ({ state: 'found', detail: '2.39' }) };
const gone: Probe = {
  name: 'npm',
  look: async () => ({ state: 'missing', detail: 'not here', fix: 'apt-get install npm' }),
};
const hint: Probe = { name: 'Valkey', look: async () => ({ state: 'advice', detail: 'will be fetched' }) };

describe('rig doctor', () => {
  it('is content with advice, and not with anything missing', async () => {
    expect((await diagnose([fine, hint])).ok).toBe(true);
    expect((await diagnose([fine, gone])).ok).toBe(false);
  });

  it('reports in order and counts a look that throws as missing', async () => {
    const broken: Probe = { name: 'disk', look: () => Promise.reject(new Error('no such disk')) };
    const { ok, findings } = await diagnose([broken, fine]);
    expect(ok).toBe(false);
    expect(findings.map(({ name, state, detail }) => [name, state, detail])).toEqual([
      ['disk', 'missing', 'no such disk'],
      ['git', 'found', '2.39'],
    ]);
  });

  it('puts the mending command below what is missing', async () => {
    const lines = diagnosisLines(await diagnose([fine, gone]));
    expect(lines[0]).toBe('✓ git  2.39');
    expect(lines[2]).toContain('mend it: apt-get install npm');
    expect(lines.at(-1)).toMatch(/^1 missing/);
  });
});
