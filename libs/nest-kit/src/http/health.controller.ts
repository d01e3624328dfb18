import { Controller, Get, Header, Inject, Res } from '@nestjs/common';
import { messageOf, withDeadline } from '@rig/kernel';
import type { FastifyReply } from 'fastify';
import type { Registry } from 'prom-client';

export interface ReadyState {
  readonly ready: boolean;
  /** Why not, or what a person should know although it is ready. */
  readonly note?: string;
}

/** Answers whether one thing the service needs is there. Has two seconds; a throw means not ready. */
export type ReadyCheck = () => ReadyState | Promise<ReadyState>;
export type ReadyChecks = Readonly<Record<string, ReadyCheck>>;

export interface HealthSource {
  checks(): ReadyChecks;
  readonly metrics: Registry;
}

export const HEALTH_SOURCE = Symbol('HEALTH_SOURCE');

const CHECK_MS = 2_000;

const ask = async (name: string, check: ReadyCheck): Promise<ReadyState & { readonly name: string }> => {
  try {
    return { name, ...(await withDeadline(`the check ${name}`, CHECK_MS, async () => check())) };
  } catch (error) {
    return { name, ready: false, note: messageOf(error) };
  }
};

/** `/healthz`: the process lives. `/readyz`: 200 or 503 with its parts. `/metrics`: Prometheus text. */
@Controller()
export class HealthController {
  constructor(@Inject(HEALTH_SOURCE) private readonly source: HealthSource) {}

  @Get('healthz')
  alive(): { readonly alive: true } {
    return { alive: true };
  }

  @Get('readyz')
  @Header('cache-control', 'no-store')
  async ready(@Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    const parts = await Promise.all(Object.entries(this.source.checks()).map(([name, check]) => ask(name, check)));
    const ready = parts.every((part) => part.ready);
    reply.code(ready ? 200 : 503);
    return { ready, parts };
  }

  @Get('metrics')
  async metrics(@Res({ passthrough: true }) reply: FastifyReply): Promise<string> {
    reply.header('content-type', this.source.metrics.contentType);
    return this.source.metrics.metrics();
  }
}
