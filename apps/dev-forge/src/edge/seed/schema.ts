import { z } from 'zod';
import { isBranchName, isRepoPart } from '../../core/names.js';

const Login = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'a login of letters, digits and hyphens');
const Slug = z
  .string()
  .refine((value) => value.split('/').length === 2 && value.split('/').every(isRepoPart), 'owner/name');
const Level = z.enum(['read', 'write', 'admin']);
const Webhook = z.object({ url: z.url(), secret: z.string().min(1) });

const User = z.object({
  login: Login,
  name: z.string().optional(),
  email: z.string().optional(),
  /** Personal token, for REST, GraphQL and git. */
  token: z.string().min(8).optional(),
  siteAdmin: z.boolean().default(false),
});

const App = z.object({
  id: z.int().min(1),
  slug: Login,
  name: z.string().optional(),
  role: z.enum(['conductor', 'author', 'reviewer']).optional(),
  /** PEM of the App's private RSA key; only its public half is kept. Made (0600) if the file does not exist. */
  privateKeyFile: z.string().optional(),
  publicKeyFile: z.string().optional(),
  permissions: z.record(z.string(), Level).optional(),
  events: z.array(z.string()).default(['*']),
  webhook: Webhook.optional(),
});

const Protection = z.object({
  requiredChecks: z.array(z.string()).default([]),
  strict: z.boolean().default(false),
  approvals: z.int().min(0).max(6).default(0),
  codeOwnerReviews: z.boolean().default(false),
  dismissStale: z.boolean().default(false),
});

const Repository = z.object({
  name: Slug,
  description: z.string().optional(),
  private: z.boolean().default(true),
  defaultBranch: z.string().refine(isBranchName, 'a branch name').default('main'),
  /** Folder whose files become the first commit. */
  template: z.string().optional(),
  /** Text of .github/CODEOWNERS. */
  codeowners: z.string().optional(),
  collaborators: z.record(Login, z.enum(['read', 'triage', 'write', 'maintain', 'admin'])).default({}),
  labels: z.array(z.string()).default([]),
  /** Run for the head of each pull request; without it there is no CI. */
  ci: z
    .object({
      command: z.array(z.string()).min(1),
      check: z.string().default('test'),
      timeoutSeconds: z.int().min(1).max(3600).default(120),
    })
    .optional(),
  /** Of the default branch. */
  protection: Protection.optional(),
  rulesets: z
    .array(Protection.extend({ name: z.string(), branches: z.array(z.string()).default(['~DEFAULT_BRANCH']) }))
    .default([]),
});

/** The file that DEV_FORGE_SEED names. Paths in it are relative to the file. */
export const Seed = z.object({
  users: z.array(User).default([]),
  apps: z.array(App).default([]),
  /** Short form: the webhook of the App whose role is `conductor`, if that has none of its own. */
  webhook: Webhook.optional(),
  repositories: z.array(Repository).default([]),
  /** Calls an hour per installation, user or App. */
  rateLimit: z.int().min(1).default(5000),
  ciConcurrency: z.int().min(1).max(64).default(2),
});

export type Seed = z.infer<typeof Seed>;
export type SeedApp = Seed['apps'][number];
export type SeedRepository = Seed['repositories'][number];
