import type { RigEventBody } from '@rig/contracts';
import type { Refusal, Result } from '@rig/kernel';
import type { IssueState } from './issue/issue-state.js';
import type { PullState } from './pull/pull-state.js';

/** What a decider may look at: one issue, one pull request, or a pull request and the issue it is for. */
export interface World {
  readonly issue?: IssueState | undefined;
  readonly pull?: PullState | undefined;
}

/** An event a decider wants committed, and the log stream it belongs to. */
export interface Proposed {
  readonly subject: string;
  readonly body: RigEventBody;
}

export type Decision = Result<readonly Proposed[], Refusal>;
