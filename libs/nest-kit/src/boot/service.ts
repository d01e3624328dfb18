import type { DynamicModule, Type } from '@nestjs/common';
import type { Lifecycle, Logger } from '@rig/kernel';
import type { z } from 'zod';
import type { Env } from '../config/load-config.js';
import type { ReadyChecks } from '../http/health.controller.js';
import type { Kit } from '../kit/kit.js';
import type { StreamsOptions } from '../streams/valkey-stream-server.js';

/** Something that runs beside HTTP: a loop, a consumer, a pool. */
export interface ServicePart extends Lifecycle {
  /** Names the part in logs and in `/readyz`. */
  readonly name: string;
}

/** What an app hands over to be run. */
export interface Service {
  /** The app's Nest module; controllers and providers with explicit `@Inject(TOKEN)`. */
  readonly module: Type | DynamicModule;
  /** Started in order once HTTP listens, stopped in reverse; put what others need (pools, bus) first. */
  readonly parts?: readonly ServicePart[];
  /** Stream handlers (`@OnStream(stream, group)`): started last, stopped first. */
  readonly streams?: StreamsOptions;
  /**
   * Everything must have ended after so many milliseconds. Default 25 000, since Kubernetes kills after 30 s unless told
   * otherwise; whoever needs longer sets `terminationGracePeriodSeconds` above it too.
   */
  readonly shutdownMs?: number;
  /** What `/readyz` asks besides the parts being started. */
  readonly ready?: ReadyChecks;
  /** Says what an error of something the service stands on means (a RigError); anything else comes back as it is. */
  translate?(error: unknown): unknown;
}

export interface ServiceDefinition<S extends z.ZodType> {
  /** Short name of the service, in every log line. */
  readonly name: string;
  /** The app's variables; HOSTNAME, RIG_PORT, RIG_HOST and LOG_LEVEL are read in any case. */
  readonly configSchema: S;
  create(config: z.output<S>, kit: Kit): Promise<Service> | Service;
  /**
   * Brings the tables that the service owns up to date and ends: `node dist/main.js migrate`. Several at once, and beside
   * a starting service, must do no harm. Reads only the variables it needs.
   */
  migrate?(env: Env, logger: Logger): Promise<void>;
  /** Builds what the service keeps of the log anew, and ends: `node dist/main.js rebuild`, after a restore. */
  rebuild?(env: Env, logger: Logger): Promise<void>;
}

/** The same, for a type-checked literal. */
export const defineService = <S extends z.ZodType>(definition: ServiceDefinition<S>): ServiceDefinition<S> =>
  definition;
