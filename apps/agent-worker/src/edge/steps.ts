import { MAX_FACTS, type GatewayClient } from '@rig/agent-kit';
import type { Fact } from '@rig/contracts';
import { messageOf, type Logger } from '@rig/kernel';

/** Steps that wait to be sent; beyond that the oldest are dropped: they are told for people, nothing depends on them. */
const MAX_WAITING = 50;

export interface Steps {
  add(fact: Fact): void;
  /** Resolves when nothing is being sent. Never rejects. */
  sent(): Promise<void>;
}

/** Sends steps when there is time, in order; what cannot be sent is dropped. */
export const createSteps = (gateway: GatewayClient, logger: Logger, signal: AbortSignal): Steps => {
  const waiting: Fact[] = [];
  let sending: Promise<void> | undefined;

  const sendAll = async (): Promise<void> => {
    while (waiting.length > 0) await gateway.postFacts(waiting.splice(0, MAX_FACTS), signal);
  };

  return {
    add: (fact) => {
      waiting.push(fact);
      waiting.splice(0, Math.max(0, waiting.length - MAX_WAITING));
      sending ??= sendAll()
        .catch((error: unknown) => {
          waiting.length = 0;
          logger.log('debug', 'steps could not be reported', { error: messageOf(error) });
        })
        .finally(() => {
          sending = undefined;
        });
    },
    sent: async () => sending,
  };
};
