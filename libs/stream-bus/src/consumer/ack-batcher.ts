import { faultPoint } from '@rig/kernel';

/** Collects acknowledgements and sends them together. */
export interface AckBatcher {
  add(id: string): void;
  /** Resolves when nothing is left to send, or sending failed. */
  flush(): Promise<void>;
}

const MOST = 256;

/**
 * @param send  acknowledges ids; when it throws, they are kept for the next flush.
 * @param sent  told what was acknowledged.
 */
export const createAckBatcher = (
  send: (ids: readonly string[]) => Promise<void>,
  sent: (ids: readonly string[]) => void,
): AckBatcher => {
  let waiting: string[] = [];
  let scheduled = false;
  let sending: Promise<void> | undefined;

  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) {
      const ids = waiting.slice(0, MOST);
      faultPoint('consumer.before-ack');
      await send(ids);
      waiting = waiting.slice(ids.length);
      sent(ids);
    }
  };
  const flush = (): Promise<void> =>
    (sending ??= sendAll().finally(() => {
      sending = undefined;
    }));

  return {
    add: (id) => {
      waiting.push(id);
      if (scheduled) return;
      scheduled = true;
      // Everything settled in this turn of the event loop goes together.
      setImmediate(() => {
        scheduled = false;
        void flush().catch(() => undefined);
      });
    },
    flush,
  };
};
