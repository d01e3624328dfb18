import { KIT } from './files.js';

/**
 * Settings of the hook's Node; the code cache is good for these alone. A young generation that one decision does not
 * fill, and one helper thread instead of four, since there is nothing to help with.
 */
export const NODE_FLAGS = ['--min-semi-space-size=4', '--v8-pool-size=1'] as const;

/** Whatever makes Node or the shell run or load something else first. */
const UNSET =
  'NODE_OPTIONS NODE_PATH NODE_V8_COVERAGE NODE_COMPILE_CACHE NODE_EXTRA_CA_CERTS NODE_REDIRECT_WARNINGS ' +
  'NODE_PENDING_DEPRECATION NODE_DEBUG NODE_DEBUG_NATIVE NODE_ICU_DATA OPENSSL_CONF LD_PRELOAD LD_LIBRARY_PATH ' +
  'LD_AUDIT DYLD_INSERT_LIBRARIES DYLD_LIBRARY_PATH BASH_ENV ENV';

/** Paths that mean themselves to a shell, quoted or not: older clients read the command with one. */
export const isPlainPath = (path: string): boolean => /^\/[A-Za-z0-9_@%+=:,./-]+$/.test(path);

/**
 * The script that clients start. Only its own exit code of 0 or 2 is passed on; a Node that is missing, killed or out of
 * memory refuses. The hook is told which process the client is. It uses nothing but what a shell does by itself, and reads what was not read, since clients take a
 * broken pipe for a fault of the hook.
 */
export const wrapperText = (kit: string, node: string): string => `#!/bin/sh
# The command guard of Rig. Everything but an explicit allow is a refusal.
unset ${UNSET}
'${node}' ${NODE_FLAGS.join(' ')} '${kit}/${KIT.start}' $PPID
case $? in
  0) exit 0 ;;
  2) exit 2 ;;
esac
echo "Rig's guard could not be run and therefore blocked this. Ask a person to see after it: rig hooks status." >&2
while read -r _; do :; done
exit 2
`;
