/**
 * Preloaded (`node --import`) into every process the supervisor starts. Its standard input is a pipe whose other end
 * only the supervisor holds: when that end closes, however the supervisor died, this process drains and ends, and
 * takes its process group with it.
 */
import { isMainThread } from 'node:worker_threads';

/** Milliseconds between SIGTERM and SIGKILL once the parent is gone. */
const ORPHAN_GRACE_MS = 5_000;

const orphaned = (): void => {
  try {
    process.kill(process.pid, 'SIGTERM');
  } catch {
    // It is ending already.
  }
  setTimeout(() => {
    try {
      process.kill(-process.pid, 'SIGKILL');
    } catch {
      process.exit(137);
    }
  }, ORPHAN_GRACE_MS);
};

if (isMainThread && process.env['RIG_PARENT_PIPE'] === '1') {
  // Not handed on: the processes this one starts have pipes of their own.
  delete process.env['RIG_PARENT_PIPE'];
  const onGone = (): void => {
    process.stdin.removeAllListeners();
    process.stdin.on('error', () => undefined);
    orphaned();
  };
  process.stdin.once('end', onGone).once('error', onGone);
  process.stdin.resume();
  process.stdin.unref();
  // Output pipes break at the same moment; without a listener the first log line would end the drain.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}
