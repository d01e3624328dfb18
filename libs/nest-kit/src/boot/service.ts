import type { DynamicModule, Type } from '@nestjs/common';
import type { Lifecycle } from '@rig/kernel';
import type { z } from 'zod';
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
}

/** The same, for a type-checked literal. */
export const defineService = <S extends z.ZodType>(definition: ServiceDefinition<S>): ServiceDefinition<S> =>
  definition;
