import { describe, expect, it } from '@jest/globals';
import { eventDefinitions, type RigEvent } from '@rig/contracts';
import { MERGED, SHA, assigned, done, history, opened, taskId, type History } from '../testing/history.js';
import { countPhases, crowdLine } from './crowd-view.js';
import { plain } from './format.js';
import { emptyBoard, evolveBoard } from './issue-board.js';
import { narrate } from './narrate.js';

const told = (past: History): string[] => {
  let board = emptyBoard;
  return past.events.flatMap((event) => {
    board = evolveBoard(board, event);
    const line = narrate(event, board);
    return line === null ? [] : [line.text];
  });
};

const story = (): History =>
  done(
    assigned(opened(history(), 1), 1, taskId(1))
      .add('issue/acme/greeter/1', 'ATTEMPT_STARTED', {
        taskId: taskId(1),
        agent: 'dev-e-1',
        attempt: 1,
        worker: { name: 'dev-e-1-0', incarnation: taskId(9) },
      })
      .add('pull/acme/greeter/2', 'PR_LINKED', { issue: 1 })
      .add('pull/acme/greeter/2', 'FIX_ASSIGNED', {
        taskId: taskId(2),
        agent: 'dev-e-1',
        cause: 'ci',
        headSha: SHA,
        delivery: 'stream',
        ordinal: 1,
      })
      .add('pull/acme/greeter/2', 'MERGE_GATE_HELD', {
        headSha: SHA,
        checks: [
          { check: 'approval', outcome: 'hold', reason: 'nobody approved', clearedBy: 'an approval' },
          { check: 'diff', outcome: 'pass', reason: 'ok', clearedBy: null },
        ],
      }),
    1,
    2,
  );

describe('the story as it is told', () => {
  it('names who, what and where', () => {
    expect(told(story())).toEqual([
      'ada filed issue #1 “Add f1(x)”',
      '#1 goes to agent dev-e-1 (tier T1, by stream)',
      'dev-e-1 starts to implement #1 (worker dev-e-1-0, attempt 1, fence 3)',
      'pull request #2 closes #1',
      'dev-e-1 is to mend the failing check of #2',
      'merge gate holds #2: approval: nobody approved',
      `#1 is done: merged as ${MERGED.slice(0, 7)} by pull request #2`,
    ]);
  });

  it('follows the phases of an issue, over its pull request too', () => {
    const phases = story().events.map((_, index, all) => {
      const board = all.slice(0, index + 1).reduce(evolveBoard, emptyBoard);
      return board.issues.get('acme/greeter#1')?.phase;
    });
    expect(phases).toEqual(['filed', 'assigned', 'working', 'in review', 'fixing', 'fixing', 'done']);
  });

  it('takes every event of the catalogue without a fault, and hides control characters', () => {
    for (const definition of eventDefinitions) {
      const kind = definition.subject[0];
      const subject = kind === 'repo' ? 'repo/acme/greeter' : `${kind ?? 'issue'}/acme/greeter/1`;
      const data = JSON.parse(
        JSON.stringify(definition.golden).replaceAll('Greet by name', '\\u001b[31mred\\u0007'),
      ) as RigEvent['data'];
      const [event] = history().add(subject, definition.type, data).events;
      if (event === undefined) throw new Error('no event');
      const board = evolveBoard(emptyBoard, event);
      expect([...(narrate(event, board)?.text ?? '')].filter((char) => char < ' ')).toEqual([]);
    }
  });
});

describe('the view of a crowd', () => {
  it('says how many are where', () => {
    const past = done(assigned(opened(opened(opened(history(), 1), 2), 3), 2, taskId(1)), 1, 4);
    const board = past.events.reduce(evolveBoard, emptyBoard);
    expect(countPhases(board.issues.values())).toMatchObject({ done: 1, assigned: 1, filed: 1 });
    expect(crowdLine(board, 3, 12_000, plain)).toContain('1/3 done · 1 filed · 1 assigned');
  });
});
