import type { GatewayClient } from '@rig/agent-kit';
import { parseFact, type Fact } from '@rig/contracts';
import { backoff, createLoop, messageOf, type Clock, type Lifecycle, type Logger } from '@rig/kernel';
import type { SpoolBatch, SpoolReader } from '@rig/spool';

export interface SpoolDeliveryDeps {
  /** Names the spool in logs and metrics. */
  readonly name: string;
  readonly reader: SpoolReader;
  readonly gateway: GatewayClient;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What may be sent from this spool; the rest is dropped, and told. */
  accepts(fact: Fact): boolean;
  /** Told of every fact that is not sent again, before it is taken out of the spool. */
  onSettled?(id: string, how: 'stored' | 'refused'): void;
  /** Counts records by what became of them: stored, refused, dropped, damaged, lost. */
  count?(outcome: string, records: number): void;
}

/** Brings what lies in a spool to the gateway: in order, at least once, until the gateway has it or never will. */
export interface SpoolDelivery extends Lifecycle {
  /** Says that something was just put there. */
  wake(): void;
}

/** Facts in one request. */
const BATCH = 50;
const IDLE_MS = 1_000;
/** Between two tries while the gateway is away: half a second, then more, at most 15 s. */
export const PAUSE = { baseMs: 500, maxMs: 15_000 };
/** For what is there when the worker ends; the rest waits for its next start. */
const LAST_MS = 3_000;

type Sent = readonly ('stored' | 'refused')[] | 'again';

/** One try; `again` when the gateway could not be asked, or may answer otherwise later. Never throws. */
export const sendFacts = async (
  { gateway, logger, name }: Pick<SpoolDeliveryDeps, 'gateway' | 'logger' | 'name'>,
  facts: readonly Fact[],
  signal: AbortSignal,
): Promise<Sent> => {
  try {
    const answer = await gateway.postFacts(facts, signal);
    if (answer.ok) {
      return answer.value.map(({ id, status, code, detail }): 'stored' | 'refused' => {
        if (status !== 'rejected') return 'stored';
        logger.log('error', 'the gateway refused a report', { spool: name, id, code, why: detail });
        return 'refused';
      });
    }
    const { code, message, status } = answer.refusal;
    logger.log('error', 'the gateway refused reports', { spool: name, facts: facts.length, code, why: message });
    // A token that is not accepted now may be later; a fact that does not fit never will.
    return status === 422 ? facts.map(() => 'refused' as const) : 'again';
  } catch (error) {
    if (!signal.aborted) logger.log('warn', 'reports could not be sent yet', { spool: name, error: messageOf(error) });
    return 'again';
  }
};

const parse = (record: string): Fact | undefined => {
  try {
    const parsed = parseFact(JSON.parse(record));
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
};

const tell = ({ logger, name, count }: SpoolDeliveryDeps, { damaged, lost }: SpoolBatch, dropped: number): void => {
  for (const [outcome, records] of Object.entries({ damaged, lost, dropped })) {
    if (records === 0) continue;
    logger.log('warn', `reports were ${outcome}`, { spool: name, records });
    count?.(outcome, records);
  }
};

export const createSpoolDelivery = (deps: SpoolDeliveryDeps): SpoolDelivery => {
  const { name, reader, clock, logger, accepts, onSettled, count } = deps;
  let tries = 0;

  const pass = async (signal: AbortSignal): Promise<'delivered' | 'idle' | 'later'> => {
    const batch = await reader.read(BATCH);
    const parsed = batch.records.map(parse);
    const facts = parsed.filter((fact): fact is Fact => fact !== undefined && accepts(fact));
    const sent: Sent = facts.length === 0 ? [] : await sendFacts(deps, facts, signal);
    if (sent === 'again') return 'later';
    sent.forEach((how, index) => {
      count?.(how, 1);
      onSettled?.(facts[index]?.id ?? '', how);
    });
    tell(deps, batch, parsed.length - facts.length);
    await batch.commit();
    return batch.records.length > 0 || batch.damaged > 0 ? 'delivered' : 'idle';
  };

  const loop = createLoop({
    name: `deliver ${name}`,
    once: async (signal) => {
      const outcome = await pass(signal);
      if (outcome === 'later') await clock.sleep(backoff(tries++, PAUSE), signal);
      else tries = 0;
      return outcome;
    },
    everyMs: IDLE_MS,
    again: ['delivered', 'later'],
    clock,
    logger,
  });

  const flush = async (): Promise<void> => {
    const signal = AbortSignal.timeout(LAST_MS);
    while (!signal.aborted && (await pass(signal)) === 'delivered');
  };

  return {
    start: loop.start,
    wake: loop.wake,
    stop: async () => {
      await loop.stop();
      await flush().catch(() => undefined);
    },
  };
};
