export { CANARY_SESSION, GUARD_SPOOL, HOOK_VARIABLES } from './environment.js';
export { KIT, type CompiledPolicy, type HookFile } from './kit/files.js';
export { installKit, type InstalledKit, type InstallKitOptions } from './kit/install-kit.js';
export { readHookFile, readPolicy, type ParsePolicy, type PolicyReading } from './kit/read-kit.js';
export { scriptsIn } from './machine/read-scripts.js';
export { repositoryTop } from './machine/repository-top.js';
