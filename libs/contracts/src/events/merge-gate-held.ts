import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { GateCheckResult } from '../gate-check.js';
import { CommitSha } from '../values.js';

export const MergeGateHeld = defineEvent({
  type: 'MERGE_GATE_HELD',
  version: 1,
  subject: ['pull'],
  sentence: 'The merge gate holds a pull request: which checks, why, and what clears each.',
  data: z.object({
    headSha: CommitSha,
    checks: z.array(GateCheckResult),
  }),
  golden: {
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    checks: [
      {
        check: 'approval',
        outcome: 'hold',
        reason: 'nobody has approved the head commit',
        clearedBy: 'an approval by someone other than the author',
      },
    ],
  },
  producer: 'conductor',
  consumers: [],
  audit: true,
});
