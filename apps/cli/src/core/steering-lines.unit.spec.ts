import { describe, expect, it } from '@jest/globals';
import { explainLines } from './explain-lines.js';
import { plain } from './format.js';
import { pauseLine } from './pause-lines.js';
import { thenLines, verifyLines } from './replay-lines.js';
import { serviceRows, statusLines } from './status-lines.js';

describe('an explanation', () => {
  const explained = {
    repo: 'acme/greeter',
    number: 7,
    title: 'Greet\u001b[31m by name',
    phase: 'ready',
    where: [{ text: 'it is not assigned', positions: [2] }],
    why: [{ text: 'dispatch: off', positions: [] }],
    waitsFor: [],
    clearedBy: [{ text: 'the operator', positions: [] }],
  };

  it('cites positions and leaves empty sections out', () => {
    expect(explainLines(explained, plain).slice(0, -1)).toEqual([
      'acme/greeter#7 Greet [31m by name: ready',
      'Where',
      '  - it is not assigned [2]',
      'Why',
      '  - dispatch: off',
      'Who can clear it',
      '  - the operator',
    ]);
  });
});

describe('a comparison of the read models', () => {
  it('is a table, and shows what differs', () => {
    const projection = { name: 'issues', rows: 12, differences: 0, examples: [] };
    const good = { ok: true, head: 90, seconds: 0.4, projections: [projection] };
    expect(verifyLines(good, plain)).toEqual([
      'PROJECTION  ROWS  DIFFERENCES',
      'issues      12    0',
      'Every row is what the log makes of it (position 90, 0.4 s).',
    ]);
    const examples = [{ key: 'issue/a/b/1', kept: null, rebuilt: '{"phase":"done"}' }];
    const bad = { ...good, ok: false, projections: [{ ...projection, differences: 1, examples }] };
    expect(verifyLines(bad, plain)).toContain('  from the log {"phase":"done"}');
    expect(verifyLines(bad, plain)).toContain('  kept no row');
    const fields = [
      {
        key: 'issue/a/b/1',
        kept: '{"position":4,"state":{"phase":"ready","pr":2}}',
        rebuilt: '{"position":4,"state":{"phase":"done","pr":2}}',
      },
    ];
    const one = { ...bad, projections: [{ ...projection, differences: 1, examples: fields }] };
    expect(verifyLines(one, plain).slice(2, -1)).toEqual([
      'issues issue/a/b/1',
      '  phase: kept ready, from the log done',
    ]);
  });
});

describe('an issue as it was', () => {
  it('shows its task and the last steps', () => {
    const lines = thenLines(
      'acme/greeter#7',
      {
        position: 4,
        time: '2026-03-02T09:30:00.000Z',
        issue: {
          title: 'Greet',
          phase: 'working',
          priority: 1,
          approved: true,
          failures: 0,
          pr: null,
          task: { agent: 'dev-e-1', kind: 'implement', fence: 4 },
        },
        pull: null,
        timeline: [{ position: 4, time: '2026-03-02T09:30:00.000Z', sentence: 'attempt 1 began' }],
      },
      plain,
    );
    expect(lines).toContain('task          implement by dev-e-1, fence 4');
    expect(lines).toContain('pull request  none yet');
    expect(lines.at(-1)).toMatch(/^ {5}4 {2}2026.* attempt 1 began$/);
  });
});

describe('a pause', () => {
  const report = { paused: true, changed: true, position: 9, stopped: 0, running: 0 };

  it.each([
    [report, 'agent a is paused (position 9). Nothing of it runs.'],
    [
      { ...report, running: 2 },
      'agent a is paused (position 9). 2 tasks that agents hold may finish; --stop-running takes them back.',
    ],
    [
      { ...report, stopped: 1 },
      'agent a is paused (position 9). 1 task taken back; what runs for them is ended. Nothing of it runs.',
    ],
    [{ ...report, changed: false, position: null }, 'agent a was paused already. Nothing of it runs.'],
    [{ ...report, paused: false, position: 10 }, 'agent a goes on (position 10).'],
    [{ ...report, paused: false, changed: false, position: null }, 'agent a was not paused.'],
  ])('is told in a line', (given, line) => {
    expect(pauseLine('agent a', given)).toBe(line);
  });
});

describe('the status', () => {
  const nothing = { issues: [], pulls: [], agents: [], pauses: [] };

  it('says of a ready service what a person should know, and of another what is not ready', () => {
    const services = [
      { name: 'conductor-0', url: 'http://c', state: 'ready', notes: ['rig.policy.yaml: it is not usable'] },
      { name: 'gateway-0', url: 'http://g', state: 'not ready', notes: ['postgres: not ready: refused'] },
    ];
    expect(serviceRows(services, plain).slice(4)).toEqual([
      'conductor-0: rig.policy.yaml: it is not usable',
      'gateway-0: postgres: not ready: refused',
    ]);
  });

  it('shows what is paused, and nothing about pauses without one', () => {
    const pause = { by: 'ada', reason: 'an incident', position: 5 };
    const pauses = [
      { ...pause, subject: 'system/rig' },
      { ...pause, subject: 'repo/acme/greeter' },
    ];
    const lines = statusLines({ ...nothing, pauses }, plain);
    expect(lines.slice(1, 5)).toEqual([
      'Paused',
      'WHAT               BY   POSITION  WHY',
      'all                ada  5         an incident',
      'repo acme/greeter  ada  5         an incident',
    ]);
    expect(statusLines(nothing, plain)).not.toContain('Paused');
  });
});
