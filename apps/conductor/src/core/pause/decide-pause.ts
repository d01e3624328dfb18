import { agentSubject, repoSubject, RIG_SUBJECT, type PauseTarget, type RigEventBody } from '@rig/contracts';
import { accept } from '@rig/kernel';
import type { Pause } from '@rig/policy';
import type { Decision } from '../decision.js';

/** The log stream of what is paused. */
export const subjectOfScope = (target: PauseTarget): string => {
  switch (target.scope) {
    case 'all':
      return RIG_SUBJECT;
    case 'agent':
      return agentSubject(target.id);
    case 'repo':
      return repoSubject(target.id);
  }
};

const paused = (target: PauseTarget, data: { reason: string; stopRunning: boolean }): RigEventBody => {
  switch (target.scope) {
    case 'all':
      return { type: 'RIG_PAUSED', data };
    case 'agent':
      return { type: 'AGENT_PAUSED', data: { agent: target.id, ...data } };
    case 'repo':
      return { type: 'REPOSITORY_PAUSED', data: { repo: target.id, ...data } };
  }
};

const resumed = (target: PauseTarget): RigEventBody => {
  switch (target.scope) {
    case 'all':
      return { type: 'RIG_RESUMED', data: {} };
    case 'agent':
      return { type: 'AGENT_RESUMED', data: { agent: target.id } };
    case 'repo':
      return { type: 'REPOSITORY_RESUMED', data: { repo: target.id } };
  }
};

/** Pauses, or makes a pause that is in force end what runs too. Pausing what is paused already changes nothing. */
export const decidePause = (
  current: Pause | undefined,
  target: PauseTarget,
  wish: { readonly reason: string; readonly stopRunning: boolean },
): Decision => {
  const enough = current !== undefined && (current.stopRunning || !wish.stopRunning);
  return accept(enough ? [] : [{ subject: subjectOfScope(target), body: paused(target, { ...wish }) }]);
};

/** Lets it go on; what is not paused just goes on. */
export const decideResume = (current: Pause | undefined, target: PauseTarget): Decision =>
  accept(current === undefined ? [] : [{ subject: subjectOfScope(target), body: resumed(target) }]);
