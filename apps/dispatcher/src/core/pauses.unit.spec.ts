import { describe, expect, it } from '@jest/globals';
import { agentSubject, repoSubject, RIG_SUBJECT } from '@rig/contracts';
import { assignments, deferrals, given, TO_AUTHOR, when } from '../testing/deciding-issues.fixture.spec.js';
import { agent, approvedIssue, issue, REPO, type History } from '../testing/history.fixture.spec.js';

const PAUSES: readonly (readonly [string, (history: History) => void, (history: History) => void])[] = [
  ['everything', (h) => h.add(RIG_SUBJECT, 'RIG_PAUSED'), (h) => h.add(RIG_SUBJECT, 'RIG_RESUMED')],
  [
    'the repository',
    (h) => h.add(repoSubject(REPO), 'REPOSITORY_PAUSED', { repo: REPO }),
    (h) => h.add(repoSubject(REPO), 'REPOSITORY_RESUMED', { repo: REPO }),
  ],
  [
    'the only author',
    (h) => h.add(agentSubject('author-1'), 'AGENT_PAUSED', { agent: 'author-1' }),
    (h) => h.add(agentSubject('author-1'), 'AGENT_RESUMED', { agent: 'author-1' }),
  ],
];

describe('a pause', () => {
  it.each(PAUSES)('of %s keeps a ready issue waiting, and says why', (_what, pause) => {
    const intents = when(
      given((h) => {
        approvedIssue(h, 7);
        pause(h);
      }),
    );
    expect(assignments(intents)).toEqual([]);
    expect(deferrals(intents)).toEqual([`${issue(7)} PAUSED`]);
  });

  it.each(PAUSES)('of %s ends with its resumption', (_what, pause, resume) => {
    const history = given((h) => {
      approvedIssue(h, 7);
      pause(h);
      resume(h);
    });
    expect(assignments(when(history))).toEqual(TO_AUTHOR);
  });

  it('of one agent leaves the work to another', () => {
    const history = given((h) => {
      approvedIssue(h, 7);
      h.add(agentSubject('author-1'), 'AGENT_PAUSED', { agent: 'author-1' });
    });
    const agents = [agent('author-1'), agent('author-2')];
    expect(assignments(when(history, { agents }))).toEqual([`implement ${issue(7)} author-2`]);
  });
});
