import type { Forge, ForgeCheck, ForgeIssue, ForgePull, ForgeReview, ForgeThread, TokenMinter } from '@rig/forge';
import { RigError } from '@rig/kernel';

/** A forge in memory that answers as GitHub does, as far as the conductor asks it. Tests change its objects by hand. */
export interface FakeForge extends Forge, TokenMinter {
  readonly issues: Map<number, ForgeIssue>;
  readonly pulls: Map<number, ForgePull>;
  readonly reviewsOf: Map<number, ForgeReview[]>;
  readonly threadsOf: Map<number, ForgeThread[]>;
  readonly checksOf: Map<string, ForgeCheck[]>;
  readonly merges: string[];
  readonly revoked: string[];
  /** Who put a label on an issue last, by `<number>/<label>`; ada where it is not said. */
  readonly labellers: Map<string, string>;
  /** Answers of the next merges; then merges succeed. */
  readonly mergeAnswers: ('HEAD_MOVED' | 'NOT_MERGEABLE' | 'NOT_ALLOWED' | 'unknown')[];
}

const MERGE_SHA = 'f'.repeat(40);

const unknown = (): RigError =>
  new RigError({ code: 'FORGE_UNREACHABLE', kind: 'retryable', message: 'the forge did not answer' });

export const createFakeForge = (): FakeForge => {
  const state = {
    issues: new Map<number, ForgeIssue>(),
    pulls: new Map<number, ForgePull>(),
    reviewsOf: new Map<number, ForgeReview[]>(),
    threadsOf: new Map<number, ForgeThread[]>(),
    checksOf: new Map<string, ForgeCheck[]>(),
    merges: [] as string[],
    revoked: [] as string[],
    labellers: new Map<string, string>(),
    mergeAnswers: [] as FakeForge['mergeAnswers'],
  };
  let minted = 0;
  const merge = (number: number, sha: string): Awaited<ReturnType<Forge['mergeSquash']>> => {
    const pull = state.pulls.get(number);
    if (pull === undefined || pull.headSha !== sha) return { status: 'refused', code: 'HEAD_MOVED', message: 'moved' };
    if (pull.merged) return { status: 'refused', code: 'NOT_MERGEABLE', message: 'merged already' };
    state.merges.push(sha);
    state.pulls.set(number, { ...pull, merged: true, state: 'closed', mergeCommit: MERGE_SHA, mergedBy: 'rig[bot]' });
    return { status: 'merged', mergeCommit: MERGE_SHA };
  };
  return {
    ...state,
    issue: async (_repo, number) => state.issues.get(number),
    pull: async (_repo, number) => state.pulls.get(number),
    pullView: async (_repo, number) => {
      const pull = state.pulls.get(number);
      return (
        pull && {
          pull,
          reviews: state.reviewsOf.get(number) ?? [],
          threads: state.threadsOf.get(number) ?? [],
          checks: state.checksOf.get(pull.headSha) ?? [],
          requiredChecks: ['test'],
          strict: false,
          behindBy: 0,
          ownedPaths: [],
        }
      );
    },
    reviews: async (_repo, number) => state.reviewsOf.get(number) ?? [],
    threads: async (_repo, number) => state.threadsOf.get(number) ?? [],
    checks: async (_repo, sha) => state.checksOf.get(sha) ?? [],
    listIssues: async (_repo, since) =>
      [...state.issues.values()].filter((issue) => since !== undefined || issue.state === 'open'),
    openPulls: async () => [...state.pulls.values()].filter((pull) => pull.state === 'open'),
    permission: async (_repo, login) => (login === 'ada' ? 'admin' : 'read'),
    labelledBy: async (_repo, number, label) => state.labellers.get(`${number}/${label}`) ?? 'ada',
    defaultBranch: async () => 'main',
    repositories: async () => ['acme/greeter'],
    mergeSquash: async (_repo, number, sha) => {
      const answer = state.mergeAnswers.shift();
      if (answer === 'unknown') {
        merge(number, sha);
        throw unknown();
      }
      if (answer !== undefined) return { status: 'refused', code: answer, message: 'as the test says' };
      return merge(number, sha);
    },
    updateBranch: async () => undefined,
    closeIssue: async () => undefined,
    comment: async () => undefined,
    addLabels: async () => undefined,
    deliveries: async () => [],
    redeliver: async () => undefined,
    rateBudget: () => undefined,
    login: async (role) => `rig-${role}[bot]`,
    mint: async () => ({ token: `token-${++minted}`, expiresAt: '2999-03-02T10:30:00.000Z', login: 'rig-author[bot]' }),
    revoke: async (token) => void state.revoked.push(token),
  };
};
