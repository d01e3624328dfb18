import type { Lifecycle } from '@rig/kernel';
import type { Consumer } from './consumer.js';

/** The consumers of one bus. */
export interface ConsumerRegistry {
  /** Keeps a consumer until it is stopped. */
  add(stream: string, group: string, consumer: Consumer): Lifecycle;
  /** Tells those of a group that an entry they left was acknowledged. */
  forget(stream: string, group: string, id: string): void;
  stopAll(): Promise<void>;
}

export const createConsumerRegistry = (): ConsumerRegistry => {
  const consumers = new Map<Consumer, string>();
  const key = (stream: string, group: string): string => `${stream}#${group}`;
  return {
    add: (stream, group, consumer) => {
      consumers.set(consumer, key(stream, group));
      return {
        start: () => consumer.start(),
        stop: async () => {
          await consumer.stop();
          consumers.delete(consumer);
        },
      };
    },
    forget: (stream, group, id) => {
      for (const [consumer, reads] of consumers) if (reads === key(stream, group)) consumer.forget(id);
    },
    stopAll: async () => {
      await Promise.all([...consumers.keys()].map((consumer) => consumer.stop()));
    },
  };
};
