import { APP_ROLES, type AppRole } from './run-paths.js';

/** Ids of the three Apps in dev-forge. */
export const APP_IDS = { conductor: 101, author: 102, reviewer: 103 } as const;

export interface ForgeSeedInput {
  /** Where the private key of an App lies. */
  keyFile(role: AppRole): string;
  /** `owner/name` of the repository to create. */
  readonly repo: string;
  readonly template: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly personToken: string;
}

/** Calls an hour per installation: what GitHub allows on its largest plan. */
const RATE_LIMIT = 15_000;

/** What dev-forge is to hold at first start: one person, three Apps, one repository with a required check. */
export const forgeSeed = (input: ForgeSeedInput): unknown => ({
  users: [{ login: 'ada', name: 'Ada', token: input.personToken }],
  apps: APP_ROLES.map((role) => ({
    id: APP_IDS[role],
    role,
    slug: `rig-${role}`,
    privateKeyFile: input.keyFile(role),
  })),
  webhook: { url: input.webhookUrl, secret: input.webhookSecret },
  rateLimit: RATE_LIMIT,
  repositories: [
    {
      name: input.repo,
      template: input.template,
      collaborators: { ada: 'admin' },
      labels: ['agent-ready', 'P0', 'P1', 'P2', 'P3'],
      ci: { command: ['node', '--test'], check: 'test' },
      protection: { requiredChecks: ['test'] },
    },
  ],
});
