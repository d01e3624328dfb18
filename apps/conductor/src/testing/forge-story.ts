import type { ForgeIssue, ForgePull } from '@rig/forge';
import type { FakeForge } from './fake-forge.js';

/** What people and programs do on a forge, one thing after another. */
export type Deed =
  | { readonly kind: 'edit-issue'; readonly text: number }
  | { readonly kind: 'label' | 'unlabel'; readonly label: string; readonly by: 'ada' | 'mallory' }
  | { readonly kind: 'close-issue' | 'reopen-issue' }
  | { readonly kind: 'push'; readonly head: number }
  | { readonly kind: 'edit-pull'; readonly text: number }
  | { readonly kind: 'draft' | 'ready' | 'close-pull' | 'reopen-pull' | 'merge' }
  | { readonly kind: 'check'; readonly state: 'pending' | 'success' | 'failure' }
  | { readonly kind: 'review'; readonly verdict: 'approved' | 'changes_requested' }
  | { readonly kind: 'dismiss' };

export interface Webhook {
  readonly event: string;
  readonly payload: unknown;
}

const REPO = 'acme/greeter';
const ISSUE = 1;
const PULL = 8;
const repository = {
  id: 1,
  full_name: REPO,
  default_branch: 'main',
  name: 'greeter',
  owner: { login: 'acme' },
};
const person = (login: string) => ({ login });

/** The forge as it goes through a story; each deed answers with the webhook that tells of it. */
export const createForgeStory = (forge: FakeForge) => {
  let second = Date.parse('2026-03-02T09:30:00Z');
  let ids = 900;
  const now = (): string => new Date(second).toISOString().replace('.000Z', 'Z');
  const issue = (): ForgeIssue => forge.issues.get(ISSUE) as ForgeIssue;
  const pull = (): ForgePull => forge.pulls.get(PULL) as ForgePull;

  const issueHook = (action: string, sender = 'ada', label?: string): Webhook => {
    const { number, title, body, state, createdAt, updatedAt } = issue();
    const shown = { number, title, body, state, created_at: createdAt, updated_at: updatedAt };
    const labels = issue().labels.map((name) => ({ name }));
    return {
      event: 'issues',
      payload: {
        action,
        repository,
        sender: person(sender),
        ...(label === undefined ? {} : { label: { name: label } }),
        issue: { ...shown, labels, user: person('ada') },
      },
    };
  };
  const pullHook = (action: string, sender = 'rig-author[bot]'): Webhook => {
    const seen = pull();
    const { number, title, body, state, draft, merged, createdAt, updatedAt } = seen;
    const shown = { number, title, body, state, draft, merged, created_at: createdAt, updated_at: updatedAt };
    return {
      event: 'pull_request',
      payload: {
        action,
        number,
        repository,
        sender: person(sender),
        pull_request: {
          ...shown,
          labels: [],
          user: person(seen.author),
          merge_commit_sha: seen.mergeCommit,
          head: { ref: seen.headRef, sha: seen.headSha, repo: { id: 1 } },
          base: { ref: 'main', sha: '0'.repeat(40), repo: { id: 1 } },
        },
      },
    };
  };
  const changeIssue = (change: Partial<ForgeIssue>): void =>
    void forge.issues.set(ISSUE, { ...issue(), ...change, updatedAt: now() });
  const changePull = (change: Partial<ForgePull>): void =>
    void forge.pulls.set(PULL, { ...pull(), ...change, updatedAt: now() });

  const onIssue = (deed: Deed): Webhook | undefined => {
    const { labels, state } = issue();
    const finished = forge.pulls.get(PULL)?.merged === true;
    switch (deed.kind) {
      case 'edit-issue':
        changeIssue({ body: `Text ${deed.text}` });
        return issueHook('edited');
      case 'label':
        if (labels.includes(deed.label)) return undefined;
        changeIssue({ labels: [...labels, deed.label] });
        forge.labellers.set(`${ISSUE}/${deed.label}`, deed.by);
        return issueHook('labeled', deed.by, deed.label);
      case 'unlabel':
        if (!labels.includes(deed.label)) return undefined;
        changeIssue({ labels: labels.filter((label) => label !== deed.label) });
        return issueHook('unlabeled', deed.by, deed.label);
      case 'close-issue':
        // What reopening means after a merge depends on whether anybody saw the issue closed.
        if (state === 'closed' || finished) return undefined;
        changeIssue({ state: 'closed' });
        return issueHook('closed');
      case 'reopen-issue':
        if (state === 'open' || finished) return undefined;
        changeIssue({ state: 'open' });
        return issueHook('reopened');
      default:
        return undefined;
    }
  };

  const review = (verdict: 'approved' | 'changes_requested'): Webhook => {
    const id = String(++ids);
    const state = verdict === 'approved' ? ('approved' as const) : ('changes-requested' as const);
    const made = { id, by: 'rig-reviewer[bot]', state, headSha: pull().headSha, body: 'Read.', submittedAt: now() };
    forge.reviewsOf.set(PULL, [...(forge.reviewsOf.get(PULL) ?? []), made]);
    return reviewHook('submitted', made, verdict);
  };
  const reviewHook = (action: string, made: { id: string; headSha: string; submittedAt: string }, state: string) => ({
    event: 'pull_request_review',
    payload: {
      action,
      repository,
      sender: person('rig-reviewer[bot]'),
      pull_request: { number: PULL, head: { sha: pull().headSha } },
      review: {
        id: Number(made.id),
        user: person('rig-reviewer[bot]'),
        state,
        commit_id: made.headSha,
        body: 'Read.',
        submitted_at: made.submittedAt,
      },
    },
  });
  const dismiss = (): Webhook | undefined => {
    const reviews = forge.reviewsOf.get(PULL) ?? [];
    const last = reviews.findLast((one) => one.state !== 'dismissed');
    if (last === undefined) return undefined;
    const dismissed = { ...last, state: 'dismissed' as const };
    forge.reviewsOf.set(
      PULL,
      reviews.map((one) => (one === last ? dismissed : one)),
    );
    return reviewHook('dismissed', dismissed, 'dismissed');
  };
  const check = (state: 'pending' | 'success' | 'failure'): Webhook => {
    const sha = pull().headSha;
    const known = forge.checksOf.get(sha)?.[0];
    // A run that is pending goes on; one that has ended is followed by another.
    const runId = known?.state === 'pending' ? known.runId : String(++ids);
    const conclusion = state === 'pending' ? null : state;
    const seen =
      state === 'pending' ? ('pending' as const) : state === 'success' ? ('passed' as const) : ('failed' as const);
    forge.checksOf.set(sha, [{ name: 'test', source: 'check-run', runId, state: seen, conclusion, summary: '' }]);
    const status = state === 'pending' ? 'in_progress' : 'completed';
    const output = { title: null, summary: null, text: null };
    const pulls = [{ number: PULL, base: { repo: { id: 1 } } }];
    const times = { started_at: now(), completed_at: state === 'pending' ? null : now() };
    const run = { id: Number(runId), name: 'test', head_sha: sha, status, conclusion, output, pull_requests: pulls };
    const action = state === 'pending' ? 'created' : 'completed';
    return {
      event: 'check_run',
      payload: { action, repository, sender: person('ci[bot]'), check_run: { ...run, ...times } },
    };
  };

  const onPull = (deed: Deed): Webhook | undefined => {
    if (!forge.pulls.has(PULL) || pull().merged) return undefined;
    if (pull().state === 'closed' && deed.kind !== 'reopen-pull') return undefined;
    switch (deed.kind) {
      case 'push':
        changePull({ headSha: deed.head.toString(16).repeat(40).slice(0, 40) });
        return pullHook('synchronize');
      case 'edit-pull':
        changePull({ title: `feat: greet by name ${deed.text}` });
        return pullHook('edited');
      case 'draft':
      case 'ready':
        if (pull().draft === (deed.kind === 'draft')) return undefined;
        changePull({ draft: deed.kind === 'draft' });
        return pullHook(deed.kind === 'draft' ? 'converted_to_draft' : 'ready_for_review');
      case 'close-pull':
        changePull({ state: 'closed' });
        return pullHook('closed');
      case 'reopen-pull':
        if (pull().state === 'open') return undefined;
        changePull({ state: 'open' });
        return pullHook('reopened');
      case 'merge':
        changePull({ state: 'closed', merged: true, mergeCommit: 'f'.repeat(40), mergedBy: 'ada' });
        return pullHook('closed', 'ada');
      case 'check':
        return check(deed.state);
      case 'review':
        return review(deed.verdict);
      case 'dismiss':
        return dismiss();
      default:
        return undefined;
    }
  };

  return {
    openIssue: (labels: readonly string[]): Webhook => {
      const at = now();
      const made = { repo: REPO, number: ISSUE, title: 'Greet by name', body: 'Say hello.', author: 'ada' };
      forge.issues.set(ISSUE, { ...made, labels, state: 'open', createdAt: at, updatedAt: at });
      for (const label of labels) forge.labellers.set(`${ISSUE}/${label}`, 'ada');
      return issueHook('opened');
    },
    openPull: (headRef: string, headSha: string): Webhook => {
      const at = now();
      forge.pulls.set(PULL, {
        repo: REPO,
        number: PULL,
        nodeId: 'PR_8',
        title: 'feat: greet by name',
        body: `## Summary\nx\n\n## Test plan\ny\n\nCloses #${ISSUE}`,
        labels: [],
        author: 'rig-author[bot]',
        state: 'open',
        merged: false,
        mergeCommit: null,
        mergedBy: null,
        draft: false,
        headRef,
        headSha,
        baseRef: 'main',
        mergeable: true,
        changedFiles: 2,
        createdAt: at,
        updatedAt: at,
      });
      return pullHook('opened');
    },
    /** Does it, `seconds` after the deed before; undefined where it makes no sense just now. */
    tell: (deed: Deed, seconds: number): Webhook | undefined => {
      second += seconds * 1_000;
      return onIssue(deed) ?? onPull(deed);
    },
  };
};
