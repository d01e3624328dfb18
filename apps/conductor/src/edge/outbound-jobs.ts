import { CommitSha, IssueNumber, RepoSlug } from '@rig/contracts';
import { accept, faultPoint, refuse, type Logger, type Refusal, type Result } from '@rig/kernel';
import { createJobWorker, type JobQueue, type JobWorkerOptions } from '@rig/stream-bus';
import { z } from 'zod';
import type { Flows } from '../flows/create-flows.js';
import type { OutboundJob } from '../flows/request-outbound.js';

/** Name of the queue of calls to the forge. */
export const OUTBOUND_QUEUE = 'outbound';

export type OutboundQueue = JobQueue<OutboundJob>;

const About = { eventId: z.uuid(), repo: RepoSlug, number: IssueNumber };

const Job = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('merge'), ...About, headSha: CommitSha, title: z.string() }),
  z.object({ kind: z.literal('report-blocked'), ...About, message: z.string() }),
]);

const parse = (data: unknown): Result<OutboundJob, Refusal> => {
  const parsed = Job.safeParse(data);
  return parsed.success ? accept(parsed.data) : refuse({ code: 'JOB_INVALID', message: parsed.error.message });
};

/** Makes the calls. A failed one is tried again with a growing pause; the sweeps find what was given up. */
export const createOutboundWorker = (url: string, logger: Logger, flows: Flows): ReturnType<typeof createJobWorker> => {
  const options: JobWorkerOptions<OutboundJob> = {
    url,
    logger,
    name: OUTBOUND_QUEUE,
    parse,
    concurrency: 4,
    handle: async ({ data }) => {
      faultPoint('outbound.begun');
      switch (data.kind) {
        case 'merge': {
          const outcome = await flows.performMerge(data);
          logger.log('info', 'a merge was tried', { repo: data.repo, number: data.number, outcome });
          return;
        }
        case 'report-blocked':
          return flows.reportBlocked(data);
      }
    },
    onFailed: ({ id, reason }) => logger.log('error', 'a call to the forge was given up', { id, reason }),
  };
  return createJobWorker(options);
};
