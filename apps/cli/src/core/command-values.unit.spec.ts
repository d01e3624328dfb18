import { describe, expect, it } from '@jest/globals';
import { isRigError } from '@rig/kernel';
import { parsePolicyFile, parseAgentsFile } from '@rig/policy';
import { IssueReference, Ttl, parseOption, wholeNumber } from './arguments.js';
import { noAgents, openPolicy, safePolicy, scriptedAgents } from './config-texts.js';
import { chooseForge } from './forge-choice.js';
import { duration, oneLine, table } from './format.js';
import { afterDeath } from './restart-policy.js';
import { reportReplay } from './replay-report.js';
import { feedSse } from './sse-parser.js';

const messageOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (isRigError(error)) return `${error.message} | ${error.fix ?? ''}`;
    throw error;
  }
  return '';
};

describe('options', () => {
  it.each(['0', '-1', '1.5', 'ten', '', '99999999999999999999', '1e3'])('refuses --issues %p by name', (value) => {
    const message = messageOf(() => parseOption(wholeNumber(1, 1000), '--issues', value, '--issues 20'));
    expect(message).toContain('--issues');
    expect(message).toContain('For example: --issues 20');
  });

  it('takes whole numbers from text', () => {
    expect(parseOption(wholeNumber(1, 1000), '--issues', '50', '')).toBe(50);
  });

  it('reads times and refuses nonsense', () => {
    expect(parseOption(Ttl, '--ttl', '15m', '')).toBe(900_000);
    for (const value of ['', '15', '0m', '15 m', '400d', '1w']) {
      expect(messageOf(() => parseOption(Ttl, '--ttl', value, '--ttl 30d'))).toContain('--ttl');
    }
  });

  it('reads issue references and refuses what could be a path', () => {
    expect(parseOption(IssueReference, 'issue', 'acme/greeter#7', '')).toEqual({ repo: 'acme/greeter', number: 7 });
    for (const value of ['acme/greeter', '#7', 'acme#7', '../x#7', 'a/b/c#7', 'acme/greeter#0', 'acme/..#1']) {
      expect(messageOf(() => parseOption(IssueReference, 'issue', value, 'x'))).toContain('issue');
    }
  });
});

describe('the choice of the forge', () => {
  const full = {
    GITHUB_CONDUCTOR_APP_ID: '1',
    GITHUB_CONDUCTOR_PRIVATE_KEY_FILE: '/k/c.pem',
    GITHUB_AUTHOR_APP_ID: '2',
    GITHUB_AUTHOR_PRIVATE_KEY_FILE: '/k/a.pem',
    GITHUB_REVIEWER_APP_ID: '3',
    GITHUB_REVIEWER_PRIVATE_KEY_FILE: '/k/r.pem',
    GITHUB_WEBHOOK_SECRET_FILE: '/k/secret',
  };

  it('is dev-forge when no App is named, whatever a CI machine sets', () => {
    expect(chooseForge({ GITHUB_API_URL: 'https://api.github.com', GITHUB_TOKEN: 'x' }).kind).toBe('dev-forge');
  });

  it('is GitHub when all is there, and hands on nothing else', () => {
    const choice = chooseForge({ ...full, GITHUB_TOKEN: 'secret' });
    expect(choice).toMatchObject({ kind: 'github', apiUrl: 'https://api.github.com' });
    expect(JSON.stringify(choice)).not.toContain('"GITHUB_TOKEN"');
  });

  it('names what is missing when it is half configured', () => {
    const { GITHUB_AUTHOR_APP_ID: _id, GITHUB_WEBHOOK_SECRET_FILE: _secret, ...half } = full;
    const message = messageOf(() => chooseForge(half));
    expect(message).toContain('GITHUB_AUTHOR_APP_ID');
    expect(message).toContain('GITHUB_WEBHOOK_SECRET_FILE');
  });
});

describe('generated configuration', () => {
  it('is valid', () => {
    const agents = parseAgentsFile(
      scriptedAgents({ authors: 3, reviewers: 1, reviewerSlots: 2, authorScript: '/a b.js', reviewerScript: '/r.js' }),
    );
    expect(agents.ok && agents.value.agents.map((agent) => agent.id)).toEqual([
      'dev-e-1',
      'dev-e-2',
      'dev-e-3',
      'review-e-1',
    ]);
    expect(parseAgentsFile(noAgents).ok).toBe(true);
    expect(parsePolicyFile(safePolicy).ok).toBe(true);
    const open = parsePolicyFile(openPolicy('acme/greeter'));
    expect(open.ok && open.value.repositories['acme/greeter']?.acceptance).toBe('auto');
  });
});

describe('restarting', () => {
  it('is quick at first, slower each time, and ends after ten fast deaths', () => {
    let deaths = 0;
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      const next = afterDeath(deaths, 100);
      deaths = next.fastDeaths;
      if (!next.restart) break;
      delays.push(next.delayMs);
    }
    expect(delays).toEqual([200, 400, 800, 1600, 3200, 5000, 5000, 5000, 5000]);
  });

  it('forgets former deaths of a process that lived well', () => {
    expect(afterDeath(9, 60_000)).toEqual({ restart: true, delayMs: 200, fastDeaths: 1 });
  });
});

describe('the report of a replay', () => {
  it('is clean only if all is applied, or ignored with a reason', () => {
    const applied = { event: 'issues', outcome: 'applied', reason: '' } as const;
    const ignored = { event: 'star', outcome: 'ignored', reason: 'nobody acts on it' } as const;
    expect(reportReplay([applied, ignored], 0)).toMatchObject({ ok: true, sent: 2, applied: 1, ignored: 1 });
    expect(reportReplay([{ ...ignored, reason: '' }], 0).ok).toBe(false);
    expect(reportReplay([{ ...ignored, outcome: 'refused' }], 0).ok).toBe(false);
    expect(reportReplay([], 0).ok).toBe(false);
  });
});

describe('text for terminals', () => {
  it('keeps one line and no control characters', () => {
    expect(oneLine('a\n\u001b[31mb\u0007  c')).toBe('a [31mb c');
    expect(oneLine('x'.repeat(300), 10)).toHaveLength(10);
  });

  it('aligns columns and says when there is nothing', () => {
    expect(table(['A', 'B'], [['long', 'x']])).toEqual(['A     B', 'long  x']);
    expect(table(['A'], [])).toEqual(['none']);
  });

  it('shows minutes from two minutes on', () => {
    expect(duration(12_340)).toBe('12.3 s');
    expect(duration(125_000)).toBe('2 min 05 s');
  });
});

describe('an event stream', () => {
  it('is put together again whatever the cuts', () => {
    const text = ': hello\n\nid: 1\nevent: A\ndata: {"x":1}\n\ndata: a\ndata: b\r\n\r\nid: 3\n';
    const whole = feedSse('', text).messages;
    let rest = '';
    const pieces = [...text].flatMap((char) => {
      const fed = feedSse(rest, char);
      rest = fed.rest;
      return fed.messages;
    });
    expect(whole).toEqual([
      { id: '1', event: 'A', data: '{"x":1}' },
      { id: '', event: 'message', data: 'a\nb' },
    ]);
    expect(pieces).toEqual(whole);
  });
});
