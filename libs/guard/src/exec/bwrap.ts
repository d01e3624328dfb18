import type { Handler } from '../machine.js';
import { namesIn } from '../names.js';

const TWO = namesIn(
  '--bind --bind-try --dev-bind --dev-bind-try --ro-bind --ro-bind-try --symlink --setenv --file --bind-data --ro-bind-data ' +
    '--chmod --bind-fd --ro-bind-fd --overlay --add-seccomp-fd',
);
const NONE =
  /^--(unshare-.*|share-net|die-with-parent|new-session|clearenv|as-pid-1|disable-userns|assert-userns-disabled)$/;

/** `bwrap --bind / / --dev /dev command`: options that take two words, one, or none, and then the command. */
export const bwrap: Handler = (call) => {
  const { argv, machine } = call;
  let at = 1;
  for (let word = argv[at]; word?.startsWith('--') === true && word !== '--'; word = argv[at]) {
    at += TWO.has(word) ? 3 : NONE.test(word) || word.includes('=') ? 1 : 2;
  }
  const inner = argv.slice(argv[at] === '--' ? at + 1 : at);
  if (inner.length === 0) return undefined;
  return machine.within('bwrap', undefined, () => machine.invoke(inner, call.shell.fork(), call.stdin, call.piped));
};
