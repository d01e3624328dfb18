import type { Fact } from '../facts.js';
import { clusterDelete } from './cluster-delete.js';
import { execOpaque } from './exec-opaque.js';
import { execRemote } from './exec-remote.js';
import { execReverseShell } from './exec-reverse-shell.js';
import { fsChmodSystem } from './fs-chmod-system.js';
import { fsChmodWorld } from './fs-chmod-world.js';
import { fsFindDelete } from './fs-find-delete.js';
import { fsMkfs } from './fs-mkfs.js';
import { fsMoveAway } from './fs-move-away.js';
import { fsOverwriteDevice } from './fs-overwrite-device.js';
import { fsOverwriteProfile } from './fs-overwrite-profile.js';
import { fsOverwriteSystem } from './fs-overwrite-system.js';
import { fsRmGit } from './fs-rm-git.js';
import { fsRmOutsideWorkspace } from './fs-rm-outside-workspace.js';
import { fsRmRoot } from './fs-rm-root.js';
import { fsRmUnknown } from './fs-rm-unknown.js';
import { fsRmUnknownVerb } from './fs-rm-unknown-verb.js';
import { fsUmaskWorld } from './fs-umask-world.js';
import { fsWriteKeys } from './fs-write-keys.js';
import { gitBranchDelete } from './git-branch-delete.js';
import { gitCleanForce } from './git-clean-force.js';
import { gitDiscardAll } from './git-discard-all.js';
import { gitHistory } from './git-history.js';
import { gitHooksTamper } from './git-hooks-tamper.js';
import { gitHooksTamperDelete } from './git-hooks-tamper-delete.js';
import { gitHooksTamperMode } from './git-hooks-tamper-mode.js';
import { gitHooksTamperMove } from './git-hooks-tamper-move.js';
import { gitHooksTamperWrite } from './git-hooks-tamper-write.js';
import { gitPushDelete } from './git-push-delete.js';
import { gitPushForce } from './git-push-force.js';
import { gitPushMirror } from './git-push-mirror.js';
import { gitResetHard } from './git-reset-hard.js';
import { guardUnanalysable } from './guard-unanalysable.js';
import { guardUnparseable } from './guard-unparseable.js';
import { pkgBrewInstall } from './pkg-brew-install.js';
import { pkgBunAdd } from './pkg-bun-add.js';
import { pkgCargoInstall } from './pkg-cargo-install.js';
import { pkgComposerRequire } from './pkg-composer-require.js';
import { pkgGemInstall } from './pkg-gem-install.js';
import { pkgGoInstall } from './pkg-go-install.js';
import { pkgNpmInstall } from './pkg-npm-install.js';
import { pkgOtherInstall } from './pkg-other-install.js';
import { pkgPipInstall } from './pkg-pip-install.js';
import { pkgPnpmAdd } from './pkg-pnpm-add.js';
import { pkgPythonInstall } from './pkg-python-install.js';
import { pkgSystemInstall } from './pkg-system-install.js';
import { pkgYarnAdd } from './pkg-yarn-add.js';
import { policyPathDelete } from './policy-path-delete.js';
import { policyPathMode } from './policy-path-mode.js';
import { policyPathMove } from './policy-path-move.js';
import { policyPathWrite } from './policy-path-write.js';
import { privSu } from './priv-su.js';
import { privSudo } from './priv-sudo.js';
import { procForkBomb } from './proc-fork-bomb.js';
import { procKillAll } from './proc-kill-all.js';
import { selfTamper } from './self-tamper.js';
import { selfTamperDelete } from './self-tamper-delete.js';
import { selfTamperMode } from './self-tamper-mode.js';
import { selfTamperMove } from './self-tamper-move.js';
import { selfTamperWrite } from './self-tamper-write.js';
import { sqlDeleteAll } from './sql-delete-all.js';
import { sqlDrop } from './sql-drop.js';
import { sqlTruncate } from './sql-truncate.js';
import { sysPowerOff } from './sys-power-off.js';
import { sysTamper } from './sys-tamper.js';
import type { Rule } from './rule.js';

/** Every built-in rule, the more telling one first where two fit the same fact. */
export const RULES: readonly Rule[] = [
  privSudo,
  privSu,
  selfTamper,
  selfTamperWrite,
  gitHooksTamperWrite,
  policyPathWrite,
  selfTamperDelete,
  gitHooksTamperDelete,
  policyPathDelete,
  selfTamperMove,
  gitHooksTamperMove,
  policyPathMove,
  selfTamperMode,
  gitHooksTamperMode,
  policyPathMode,
  gitHooksTamper,
  fsRmRoot,
  fsFindDelete,
  fsRmGit,
  fsRmUnknown,
  fsRmOutsideWorkspace,
  fsRmUnknownVerb,
  fsOverwriteDevice,
  fsOverwriteSystem,
  fsOverwriteProfile,
  fsWriteKeys,
  fsMoveAway,
  fsMkfs,
  fsChmodWorld,
  fsUmaskWorld,
  fsChmodSystem,
  gitResetHard,
  gitCleanForce,
  gitPushForce,
  gitPushMirror,
  gitPushDelete,
  gitDiscardAll,
  gitHistory,
  gitBranchDelete,
  sqlDrop,
  sqlTruncate,
  sqlDeleteAll,
  clusterDelete,
  execRemote,
  execOpaque,
  execReverseShell,
  pkgNpmInstall,
  pkgPnpmAdd,
  pkgYarnAdd,
  pkgBunAdd,
  pkgPipInstall,
  pkgPythonInstall,
  pkgSystemInstall,
  pkgBrewInstall,
  pkgCargoInstall,
  pkgGoInstall,
  pkgGemInstall,
  pkgComposerRequire,
  pkgOtherInstall,
  procForkBomb,
  procKillAll,
  sysPowerOff,
  sysTamper,
  guardUnparseable,
  guardUnanalysable,
];

/** The rule that refuses what the fact says, if any does. */
export const ruleFor = (fact: Fact): Rule | undefined => RULES.find((one) => one.matches(fact));
