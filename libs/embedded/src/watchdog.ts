import { spawn } from 'node:child_process';
import { Socket } from 'node:net';

/**
 * Waits for the end of its input, which comes when the parent closes it or is gone, however it went.
 * A line that says `done` means an orderly stop: nothing is left to kill.
 */
const SCRIPT = `
read -r word
[ "$word" = done ] && exit 0
kill -s "$2" "$1" 2>/dev/null || exit 0
n=0
while [ $n -lt 50 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; n=$((n + 1)); done
kill -s KILL "$1" 2>/dev/null
exit 0
`;

export interface Watchdog {
  /** The watched process has ended in good order: the watchdog leaves without killing anything. */
  dismiss(): void;
}

/**
 * Ends `pid` when this process ends, even by SIGKILL: a shell in a session of its own reads a pipe whose other end
 * only this process holds (Node marks it close-on-exec), so the kernel closes it for us.
 *
 * Chosen over PR_SET_PDEATHSIG (`setpriv --pdeathsig`) because that one is Linux only, is cleared by the change
 * of credentials which Postgres needs under root, and misses a parent that dies before the call is made.
 * @param signal  asked first, without the `SIG` prefix; SIGKILL follows after 5 s.
 */
export const watch = (pid: number, signal: 'QUIT' | 'TERM' | 'KILL'): Watchdog => {
  const shell = spawn('/bin/sh', ['-c', SCRIPT, 'rig-watchdog', String(pid), signal], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
    cwd: '/',
  });
  shell.on('error', () => undefined);
  shell.stdin.on('error', () => undefined);
  shell.unref();
  // A pipe keeps the event loop alive unless told otherwise; it is a socket, which its declared type hides.
  if (shell.stdin instanceof Socket) shell.stdin.unref();
  return { dismiss: () => void shell.stdin.end('done\n') };
};
