import { describe, expect, it } from '@jest/globals';
import { boardParts, differences, endStateOf } from './end-state.js';

const issue = { number: 1, phase: 'done', version: 9, task: { fence: 7, agent: 'dev-e-1' } };

describe('two end states', () => {
  it('are the same when only places in the log and the order of fields differ', () => {
    const before = endStateOf([{ key: 'issues issue/acme/greeter/1', state: issue }]);
    const told = { phase: 'done', task: { agent: 'dev-e-1', fence: 12 }, version: 30, number: 1 };
    expect(differences(before, endStateOf([{ key: 'issues issue/acme/greeter/1', state: told }]))).toEqual([]);
  });

  it('differ by the field that was changed', () => {
    const before = endStateOf([{ key: 'a', state: issue }]);
    const after = endStateOf([{ key: 'a', state: { ...issue, phase: 'ready' } }]);
    expect(differences(before, after)).toEqual(['a: phase was "done", is "ready"']);
  });

  it('differ by rows that came and rows that went', () => {
    const one = endStateOf([{ key: 'a', state: issue }]);
    const other = endStateOf([{ key: 'b', state: issue }]);
    expect(differences(one, other)).toEqual(['a is gone', 'b is there now']);
  });
});

it('two boards are compared item by item, places in the log included', () => {
  const board = (position: number, fence: number) => ({
    position,
    issues: [{ subject: 'issue/a/b/1', position: 3 }],
    tasks: [{ taskId: 't', fence }],
    pauses: {},
  });
  expect(differences(boardParts(board(9, 4)), boardParts(board(9, 4)))).toEqual([]);
  expect(differences(boardParts(board(9, 4)), boardParts(board(10, 5)))).toEqual([
    'position: value was 9, is 10',
    'tasks t: fence was 4, is 5',
  ]);
});
