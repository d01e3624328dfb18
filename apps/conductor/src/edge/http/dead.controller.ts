import { Controller, Delete, Get, HttpCode, Inject, Param, Post, Query, UseGuards } from '@nestjs/common';
import { Caller, parseQuery, type Principal } from '@rig/nest-kit';
import type { DeadEntry } from '@rig/stream-bus';
import { z } from 'zod';
import type { DeadLetters, Settled } from '../../flows/dead-letters.js';
import { FLOWS } from '../tokens.js';
import { OperatorGuard } from './people.controller.js';
import { personOf } from './person.js';
import { orProblem } from './refusal-problem.js';

const List = z
  .string()
  .regex(/^rig:dead:[A-Za-z0-9:._-]{1,200}$/, 'a dead list, for example rig:dead:events:dispatcher');
const EntryPath = z.object({
  list: List,
  id: z.string().regex(/^[0-9]{1,20}-[0-9]{1,20}$/, 'the id of a stream entry'),
});
const LimitQuery = z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) });

/** Entries that went to a dead list after their last try: look, put back, drop. */
@Controller('api/dead')
@UseGuards(OperatorGuard)
export class DeadController {
  constructor(@Inject(FLOWS) private readonly flows: { readonly deadLetters: DeadLetters }) {}

  @Get()
  async lists(): Promise<{ lists: Awaited<ReturnType<DeadLetters['lists']>> }> {
    return { lists: await this.flows.deadLetters.lists() };
  }

  @Get(':list')
  async entries(@Param('list') list: string, @Query() query: unknown): Promise<{ entries: readonly DeadEntry[] }> {
    const { limit } = parseQuery(LimitQuery, query);
    return { entries: await this.flows.deadLetters.entries(parseQuery(List, list), limit) };
  }

  @Get(':list/:id')
  async entry(@Param() path: unknown): Promise<DeadEntry> {
    const { list, id } = parseQuery(EntryPath, path);
    return orProblem(await this.flows.deadLetters.show(list, id));
  }

  @Post(':list/:id/redrive')
  @HttpCode(200)
  async redrive(@Param() path: unknown, @Caller() caller: Principal): Promise<Settled> {
    const { list, id } = parseQuery(EntryPath, path);
    return orProblem(await this.flows.deadLetters.redrive(list, id, personOf(caller)));
  }

  @Delete(':list/:id')
  async drop(@Param() path: unknown, @Caller() caller: Principal): Promise<Settled> {
    const { list, id } = parseQuery(EntryPath, path);
    return orProblem(await this.flows.deadLetters.drop(list, id, personOf(caller)));
  }
}
