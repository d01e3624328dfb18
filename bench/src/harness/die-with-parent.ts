/**
 * Preloaded (`node --import`) into what a bench starts: when the channel to the bench closes, however it ended, this
 * process ends in its own orderly way. Standard input and output stay free for the program.
 */
import { isMainThread } from 'node:worker_threads';

/** Milliseconds between SIGTERM and the end. */
const GRACE_MS = 30_000;

if (isMainThread && process.channel) {
  process.once('disconnect', () => {
    setTimeout(() => process.exit(137), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  // A program that is done may end although the bench is still there.
  process.channel.unref();
}
