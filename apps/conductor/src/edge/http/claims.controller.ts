import { Controller, Get, Header, Inject, Query, Res, UseGuards } from '@nestjs/common';
import { ClaimQuery, type Assignment } from '@rig/contracts';
import { refuse } from '@rig/kernel';
import { Caller, parseQuery, ProblemException, tokenGuard, type Principal } from '@rig/nest-kit';
import { findAgent, type AgentConfig, type AgentsFile } from '@rig/policy';
import type { FastifyReply } from 'fastify';
import type { ClaimNext } from '../../flows/claim-next.js';
import { AGENTS, FLOWS, VERIFIER } from '../tokens.js';
import { orProblem } from './refusal-problem.js';

const WorkGuard = tokenGuard(VERIFIER, 'work');

/** The configured agent that a token speaks for; a token acts for its own agent alone. */
export const ownAgent = (agents: AgentsFile, caller: Principal, agentId: string): AgentConfig => {
  if (caller.subject !== agentId) {
    throw new ProblemException({
      status: 403,
      code: 'NOT_YOUR_AGENT',
      detail: `The token is for ${caller.subject}, not for ${agentId}.`,
      fix: 'Use the token of the agent you ask for.',
    });
  }
  const agent = findAgent(agents, agentId);
  if (agent !== undefined) return agent;
  return orProblem(
    refuse({ code: 'AGENT_UNKNOWN', message: `no agent ${agentId}`, fix: `Add ${agentId} to rig.agents.yaml.` }),
  );
};

@Controller('api')
@UseGuards(WorkGuard)
export class ClaimsController {
  constructor(
    @Inject(FLOWS) private readonly flows: { readonly claimNext: ClaimNext },
    @Inject(AGENTS) private readonly agents: () => AgentsFile,
  ) {}

  @Get('assignments/next')
  @Header('cache-control', 'no-store')
  nextAssignment(
    @Query() query: unknown,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Assignment | undefined> {
    return this.next('implement', query, caller, reply);
  }

  @Get('reviews/next')
  @Header('cache-control', 'no-store')
  nextReview(
    @Query() query: unknown,
    @Caller() caller: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Assignment | undefined> {
    return this.next('review', query, caller, reply);
  }

  private async next(
    kind: 'implement' | 'review',
    query: unknown,
    caller: Principal,
    reply: FastifyReply,
  ): Promise<Assignment | undefined> {
    const { agentId, instance } = parseQuery(ClaimQuery, query);
    const claimed = await this.flows.claimNext(ownAgent(this.agents(), caller, agentId), kind, instance);
    if (claimed.ok) return claimed.value;
    reply.status(204);
    return undefined;
  }
}
