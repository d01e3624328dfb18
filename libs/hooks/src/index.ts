export {
  CLIENTS,
  type Client,
  type ClientName,
  type HookCommand,
  type ReadSettings,
  type Scope,
} from './clients/client.js';
export { clientOf } from './clients/index.js';
export { CANARY_SESSION, GUARD_SPOOL, HOOK_VARIABLES } from './environment.js';
export { applySettings, planSettings, settingsFile, type SettingsChange, type SettingsPlace } from './install.js';
export { CANARY_COMMAND, createProveGuard, type ProveGuard, type ProveGuardDeps } from './installed/prove-guard.js';
export { runInstalled, type InstalledCall, type InstalledEnd } from './installed/run-installed.js';
export { hookStatus, type HookStatus } from './installed/status.js';
export { KIT, type CompiledPolicy, type HookFile } from './kit/files.js';
export { installKit, type InstalledKit, type InstallKitOptions } from './kit/install-kit.js';
export { readHookFile, readPolicy, type ParsePolicy, type PolicyReading } from './kit/read-kit.js';
export { isPlainPath } from './kit/wrapper.js';
export { writeWhole } from './kit/write-file.js';
export { linksIn } from './machine/follow-links.js';
export { scriptsIn } from './machine/read-scripts.js';
export { repositoryTop } from './machine/repository-top.js';
