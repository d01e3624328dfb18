import type { Target } from './paths/target.js';
import type { SqlHazard } from './lang/sql.js';

/** How a path is written to. */
export type WriteHow = 'truncate' | 'empty' | 'append' | 'copy' | 'link' | 'edit' | 'extract';

/** What was found out about a command. Rules look at facts and at nothing else. */
export type Fact =
  | { readonly kind: 'privilege'; readonly tool: string }
  | {
      readonly kind: 'delete';
      readonly tool: string;
      readonly target: Target;
      readonly recursive: boolean;
      /** Whether a search picked what is deleted (`find`), and whether by anything that narrows it down. */
      readonly search?: 'filtered' | 'everything';
    }
  | { readonly kind: 'unknown-verb'; readonly target: Target }
  | { readonly kind: 'write'; readonly tool: string; readonly target: Target; readonly how: WriteHow }
  | { readonly kind: 'move'; readonly from: Target; readonly to: Target }
  | {
      readonly kind: 'mode';
      readonly tool: string;
      readonly target: Target;
      readonly recursive: boolean;
      readonly world: boolean;
    }
  | { readonly kind: 'umask' }
  | { readonly kind: 'format'; readonly tool: string }
  | { readonly kind: 'git'; readonly hazard: GitHazard; readonly detail: string }
  | { readonly kind: 'sql'; readonly hazard: SqlHazard; readonly client: string }
  | { readonly kind: 'cluster'; readonly tool: string; readonly what: string }
  | { readonly kind: 'run'; readonly origin: 'network' | 'opaque' | 'reverse-shell'; readonly by: string }
  | { readonly kind: 'install'; readonly manager: PackageManager; readonly what: string }
  | { readonly kind: 'fork-bomb' }
  | { readonly kind: 'signal-all'; readonly tool: string }
  | { readonly kind: 'power-off'; readonly tool: string }
  | { readonly kind: 'system'; readonly tool: string; readonly what: string }
  | { readonly kind: 'tamper'; readonly what: string }
  | { readonly kind: 'policy'; readonly rule: string }
  | { readonly kind: 'unparseable'; readonly message: string }
  | { readonly kind: 'unanalysable'; readonly message: string };

export type FactKind = Fact['kind'];
export type FactOf<K extends FactKind> = Extract<Fact, { kind: K }>;

export type GitHazard =
  | 'reset-hard'
  | 'clean-force'
  | 'push-force'
  | 'push-mirror'
  | 'push-delete'
  | 'discard-all'
  | 'hooks'
  | 'history'
  | 'branch-delete';

export type PackageManager =
  | 'npm'
  | 'pnpm'
  | 'yarn'
  | 'bun'
  | 'pip'
  | 'python'
  | 'system'
  | 'brew'
  | 'cargo'
  | 'go'
  | 'gem'
  | 'composer'
  | 'other';
