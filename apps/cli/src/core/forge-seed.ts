import { APP_ROLES, appKeyFile, type RunPaths } from './run-paths.js';

/** Ids of the three Apps in dev-forge. */
export const APP_IDS = { conductor: 101, author: 102, reviewer: 103 } as const;

export interface ForgeSeedInput {
  readonly paths: RunPaths;
  /** `owner/name` of the repository to create. */
  readonly repo: string;
  readonly template: string;
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  readonly personToken: string;
}

/** What dev-forge is to hold at first start: one person, three Apps, one repository with a required check. */
export const forgeSeed = (input: ForgeSeedInput): unknown => {
  const [owner = '', name = ''] = input.repo.split('/');
  return {
    users: [{ login: 'ada', token: input.personToken, permissions: { [input.repo]: 'admin' } }],
    apps: APP_ROLES.map((role) => ({
      id: APP_IDS[role],
      role,
      slug: `rig-${role}`,
      privateKeyFile: appKeyFile(input.paths, role),
    })),
    webhook: { url: input.webhookUrl, secret: input.webhookSecret },
    repositories: [{ owner, name, template: input.template, requiredChecks: ['test'], testCommand: ['npm', 'test'] }],
  };
};
