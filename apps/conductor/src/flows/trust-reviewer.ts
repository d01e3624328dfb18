import type { Forge, ForgePullView, TokenMinter } from '@rig/forge';
import { askForge } from './ask-forge.js';

export interface TrustReviewerDeps {
  readonly forge: Forge;
  readonly minter: Pick<TokenMinter, 'login'>;
}

/** Permissions on the forge with which a person's review counts. */
const DECIDING: ReadonlySet<string> = new Set(['write', 'maintain', 'admin']);

/**
 * Whether a review of this login counts: the reviewing App's, and those of people who may write to the repository.
 * Anyone may review in a public repository; a stranger's verdict neither approves nor sends an agent to work.
 */
export const createTrustReviewer =
  ({ forge, minter }: TrustReviewerDeps) =>
  async (repo: string, login: string): Promise<boolean> => {
    if (login === (await minter.login('reviewer'))) return true;
    const permission = await askForge(forge, (asking) => asking.permission(repo, login));
    return permission !== undefined && DECIDING.has(permission);
  };

export type TrustReviewer = ReturnType<typeof createTrustReviewer>;

/** Reads what the gate asks about, just now, with the reviews that count. */
export const createReadGateView =
  (forge: Pick<Forge, 'pullView'>, trusted: TrustReviewer) =>
  async (repo: string, number: number): Promise<ForgePullView | undefined> => {
    const view = await forge.pullView(repo, number);
    if (view === undefined) return undefined;
    const logins = [...new Set(view.reviews.map((review) => review.by))];
    const counting = new Set<string>();
    for (const login of logins) if (await trusted(repo, login)) counting.add(login);
    return { ...view, reviews: view.reviews.filter((review) => counting.has(review.by)) };
  };

export type ReadGateView = ReturnType<typeof createReadGateView>;
