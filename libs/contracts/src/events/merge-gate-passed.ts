import { z } from 'zod';
import { defineEvent } from '../define-event.js';
import { GateCheckResult } from '../gate-check.js';
import { CommitSha } from '../values.js';

export const MergeGatePassed = defineEvent({
  type: 'MERGE_GATE_PASSED',
  version: 1,
  subject: ['pull'],
  sentence: 'Every check of the merge gate passed for a head commit.',
  data: z.object({
    headSha: CommitSha,
    checks: z.array(GateCheckResult),
  }),
  golden: {
    headSha: '4f0c6f8d2b1e9a7c3d5e6f708192a3b4c5d6e7f8',
    checks: [{ check: 'required-checks', outcome: 'pass', reason: '1 of 1 required checks passed', clearedBy: null }],
  },
  producer: 'conductor',
  consumers: ['conductor'],
});
