import { describe, expect, it } from '@jest/globals';
import { fakeClock } from '@rig/testkit';
import { emptyBoard } from '../core/board.js';
import { fakeOutbox, silentLogger } from '../testing/fakes.fixture.spec.js';
import { createHistory, EPOCH, issue } from '../testing/history.fixture.spec.js';
import { createApplyEvents } from './apply-event.js';
import { createDesk } from './desk.js';
import { createSaveBoard } from './save-board.js';

describe('saving the board', () => {
  it('happens after 10 s with an event, after 500 events, or when told to, and never without news', async () => {
    const history = createHistory();
    const desk = createDesk(emptyBoard());
    const clock = fakeClock(EPOCH);
    const apply = createApplyEvents({ desk, outbox: fakeOutbox(), logger: silentLogger });
    const catchUp = (): Promise<void> => apply(history.events);
    const saved: number[] = [];
    const save = createSaveBoard({
      desk,
      clock,
      settled: async () => undefined,
      store: { save: async ({ position }) => void saved.push(position) },
    });
    await clock.advance(10_000);
    expect(await save()).toBe('early');
    history.add(issue(7), 'ISSUE_OPENED');
    await catchUp();
    expect(await save()).toBe('saved');
    history.add(issue(7), 'ISSUE_APPROVED');
    await catchUp();
    expect(await save()).toBe('early');
    expect(await save(true)).toBe('saved');
    for (let n = 0; n < 500; n++) history.add(issue(7), 'ISSUE_EDITED');
    await catchUp();
    expect(await save()).toBe('saved');
    expect(saved).toEqual([1, 2, 502]);
  });
});
