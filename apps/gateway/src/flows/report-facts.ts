import type { EventResult, Fact } from '@rig/contracts';
import type { Inbox } from '@rig/inbox';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';
import { parseAgentFact } from '../core/agent-facts.js';

/** Facts in one request. */
const MAX_FACTS = 100;

/**
 * Stores the facts an agent reports and answers each for itself: accepted, duplicate or rejected.
 * Refusals of the whole: FACTS_MISSING, TOO_MANY_FACTS, and the one fact's own refusal where it came alone.
 */
export const createReportFacts =
  (inbox: Pick<Inbox, 'storeFacts'>) =>
  async (body: unknown, agentId: string): Promise<Result<readonly EventResult[], Refusal>> => {
    const items: readonly unknown[] = Array.isArray(body) ? body : [body];
    if (items.length === 0 || body === undefined) {
      return refuse({
        code: 'FACTS_MISSING',
        message: 'no fact was sent',
        fix: 'Send one fact, or an array of facts.',
      });
    }
    if (items.length > MAX_FACTS) {
      const message = `${items.length} facts in one request; ${MAX_FACTS} are allowed`;
      return refuse({ code: 'TOO_MANY_FACTS', message, fix: `Send at most ${MAX_FACTS} at once.` });
    }
    const parsed = items.map((item) => parseAgentFact(item, agentId));
    const [only] = parsed;
    if (parsed.length === 1 && only?.ok === false) return refuse(only.refusal);
    const facts = parsed.flatMap((result) => (result.ok ? [result.value] : []));
    const stored = await inbox.storeFacts(facts);
    const statuses = new Map(facts.map((fact: Fact, index) => [fact.id, stored[index]?.status]));
    return accept(
      parsed.map((result): EventResult => {
        if (!result.ok) {
          const { id, code, message } = result.refusal;
          return { id, status: 'rejected', code, detail: message };
        }
        const status = statuses.get(result.value.id) === 'duplicate' ? 'duplicate' : 'accepted';
        return { id: result.value.id, status };
      }),
    );
  };
