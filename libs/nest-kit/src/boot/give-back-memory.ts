import { Session } from 'node:inspector/promises';
import { messageOf, type Logger } from '@rig/kernel';

/** After the first requests, which load what is loaded late; in milliseconds. */
const AFTER_MS = 2_000;

/**
 * Starting leaves a fifth of the memory as garbage (parsed modules, built schemas), which V8 keeps until an idle service
 * needs it: never. One collection of some 40 ms, once, gives it back. The session is in the process; no port is opened.
 */
const collect = async (logger: Logger): Promise<void> => {
  const session = new Session();
  try {
    session.connect();
    await session.post('HeapProfiler.collectGarbage');
  } catch (error) {
    // Somebody else has a session open, or this Node was built without one: it only stays larger.
    logger.log('debug', 'the memory of the start was not given back', { error: messageOf(error) });
  } finally {
    session.disconnect();
  }
};

/** Gives the memory of the start back, soon; keeps no process alive. */
export const giveBackMemory = (logger: Logger): void => {
  setTimeout(() => void collect(logger), AFTER_MS).unref();
};
