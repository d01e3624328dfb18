import { AgentFactData, isAgentFactType, parseFact, type Fact } from '@rig/contracts';
import { accept, refuse, type Refusal, type Result } from '@rig/kernel';

/** A refusal of one fact, with the id it came under where it had a readable one. */
export interface FactRefusal extends Refusal {
  readonly id: string | null;
}

const idOf = (input: unknown): string | null =>
  typeof input === 'object' && input !== null && 'id' in input && typeof input.id === 'string'
    ? input.id.slice(0, 64)
    : null;

/**
 * A fact as an agent may report it: of a kind that agents report, and in the agent's own name whatever the body says.
 * Refusals: FACT_INVALID, FACT_NOT_YOURS (CI, review and merge facts come from the forge alone).
 */
export const parseAgentFact = (input: unknown, agentId: string): Result<Fact, FactRefusal> => {
  const parsed = parseFact(input);
  if (!parsed.ok) return refuse({ ...parsed.refusal, id: idOf(input) });
  if (!isAgentFactType(parsed.value.type)) {
    return refuse({
      id: parsed.value.id,
      code: 'FACT_NOT_YOURS',
      message: `agents do not report ${parsed.value.type}`,
      fix: `Report ${Object.keys(AgentFactData).join(', ')}.`,
    });
  }
  const own = { ...parsed.value, source: `agent/${agentId}`, actor: { kind: 'agent', id: agentId } } as const;
  return accept(own.type === 'GUARD_BLOCKED' ? { ...own, data: { ...own.data, agent: agentId } } : own);
};
