import { describe, expect, it } from '@jest/globals';
import { given, inReview, onPull, SHA, step, type Happened } from '../testing/history.js';
import { pullPhaseOf } from './pull-phase.js';

const phaseAfter = (...more: readonly Happened[]): string => {
  const { pull } = given(...inReview.slice(0, -1), ...more);
  if (pull === undefined) throw new Error('no pull request');
  return pullPhaseOf(pull);
};

describe('the phase of a pull request', () => {
  it.each<[string, readonly Happened[]]>([
    ['checking', []],
    ['fixing', [step.ciFailed]],
    ['reviewing', [step.ciPassed]],
    ['reviewing', [step.ciPassed, step.reviewAssigned]],
    ['gated', [step.ciPassed, step.approvedBy('rig-reviewer[bot]')]],
    ['merging', [step.ciPassed, onPull({ type: 'MERGE_REQUESTED', data: { headSha: SHA, title: 't' } })]],
    ['draft', [onPull({ type: 'PR_DRAFTED', data: { updatedAt: '2026-03-02T09:31:00.000Z' } })]],
    ['closed', [onPull({ type: 'PR_CLOSED', data: { by: 'ada', updatedAt: '2026-03-02T09:31:00.000Z' } })]],
  ])('is %s', (phase, more) => {
    expect(phaseAfter(...more)).toBe(phase);
  });
});
