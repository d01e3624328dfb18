import { faultPoint, messageOf, refuse, type Refusal, type Result } from '@rig/kernel';
import type { Verdict } from '../stream-bus.js';
import type { ConsumerContext } from './context.js';
import type { RawEntry } from './entry-source.js';
import type { Settler } from './settle.js';
import { verdictOfError } from './verdict-of-error.js';

const parseEntry = <T>(parse: (json: unknown) => Result<T, Refusal>, text: string): Result<T, Refusal> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return refuse({ code: 'ENTRY_NOT_JSON', message: messageOf(error) });
  }
  return parse(value);
};

/** One try of one entry: parse, hand over, settle. */
export const handleEntry = async <T>(context: ConsumerContext<T>, settler: Settler, entry: RawEntry): Promise<void> => {
  const { options, signal, source } = context;
  const { stream, group, consumer } = context.fields;
  const maxTries = options.maxTries ?? 5;
  if (signal.aborted) return;
  // Every process that tried it died before it could answer: the entry itself may be what kills them.
  if (entry.attempt > maxTries) return settler.bury(entry, `No answer in ${maxTries} tries`);
  const parsed = parseEntry((json) => options.parse(json), entry.json);
  if (!parsed.ok) return settler.bury(entry, `${parsed.refusal.code}: ${parsed.refusal.message}`);
  const delivery = { stream, group, consumer, id: entry.id, attempt: entry.attempt, value: parsed.value, signal };
  faultPoint('consumer.received');
  let verdict: Verdict;
  try {
    verdict = await options.handle(delivery);
  } catch (error) {
    verdict = verdictOfError(error);
  }
  faultPoint('consumer.handled');
  // A handler that gave up because the consumer stops has not failed: the entry waits for the next start.
  if (signal.aborted && verdict.verdict === 'retry') return source.setTries(entry.id, entry.attempt - 1);
  const settling = settler.settle(entry, verdict);
  if (settling !== undefined) await settling;
};
