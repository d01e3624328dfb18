import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { systemClock, type Clock, type Logger } from '@rig/kernel';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { z } from 'zod';
import { BaseConfig } from '../config/base-config.js';
import { loadConfig, type Env } from '../config/load-config.js';
import { HEALTH_SOURCE, HealthController, type ReadyChecks } from '../http/health.controller.js';
import { createHttpAdapter } from '../http/http-adapter.js';
import { ProblemFilter } from '../http/problem.filter.js';
import { createJsonLogger, nestLogger } from '../kit/json-logger.js';
import { createMeters, type Kit } from '../kit/kit.js';
import { ValkeyStreamServer } from '../streams/valkey-stream-server.js';
import { createPartRunner } from './parts.js';
import type { Service, ServiceDefinition, ServicePart } from './service.js';
import { createShutdown } from './shutdown.js';

/** Injection token of the `Kit` in every module of the app. */
export const KIT = Symbol('KIT');

export interface StartOptions {
  readonly env: Env;
  readonly clock?: Clock;
  readonly logger?: Logger;
}

export interface RunningService {
  readonly name: string;
  readonly kit: Kit;
  /** Where HTTP listens, for example `http://127.0.0.1:3000`. */
  readonly url: string;
  /** Drains and ends; twice is once. Resolves to false when the deadline passed before everything had stopped. */
  stop(): Promise<boolean>;
}

@Global()
@Module({})
class KitModule {}

const createKit = (name: string, base: BaseConfig, options: StartOptions, stopping: AbortSignal): Kit => {
  const clock = options.clock ?? systemClock;
  const metrics = new Registry();
  metrics.setDefaultLabels({ service: name });
  collectDefaultMetrics({ register: metrics });
  const incarnation = randomUUID();
  const logger =
    options.logger ?? createJsonLogger({ level: base.LOG_LEVEL, clock, base: { service: name, host: base.HOSTNAME } });
  return { logger, metrics, clock, hostname: base.HOSTNAME, incarnation, stopping, ...createMeters(metrics) };
};

/** The app's module beside health and the kit. */
const rootModule = (service: Service, kit: Kit, checks: () => ReadyChecks): DynamicModule => ({
  module: KitModule,
  imports: [service.module as Type],
  controllers: [HealthController],
  providers: [
    { provide: KIT, useValue: kit },
    { provide: HEALTH_SOURCE, useValue: { checks, metrics: kit.metrics } },
  ],
  exports: [KIT],
});

/** The stream transport as the last part: it starts after what its handlers need, and its intake stops first. */
const connectStreams = (app: NestFastifyApplication, service: Service, kit: Kit): ServicePart | undefined => {
  if (service.streams === undefined) return undefined;
  const strategy = new ValkeyStreamServer({ ...service.streams, consumer: kit.hostname, logger: kit.logger });
  app.connectMicroservice({ strategy }, { inheritAppConfig: true });
  strategy.verify();
  return {
    name: 'streams',
    start: async () => void (await app.startAllMicroservices()),
    stop: () => strategy.close(),
  };
};

const urlOf = (app: NestFastifyApplication, host: string): string => {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${shown}:${port}`;
};

/**
 * Starts one service: configuration, kit, `create`, HTTP (health first), then the parts in order, then the streams.
 * Throws what went wrong (`CONFIG_INVALID`, `STREAM_WIRING`, the error of a part) with everything stopped again.
 */
export const startService = async <S extends z.ZodType>(
  definition: ServiceDefinition<S>,
  options: StartOptions,
): Promise<RunningService> => {
  const base = loadConfig(BaseConfig, options.env);
  const config = loadConfig(definition.configSchema, options.env);
  const stopping = new AbortController();
  const kit = createKit(definition.name, base, options, stopping.signal);
  const service = await definition.create(config, kit);
  const { adapter, traffic } = createHttpAdapter(kit, base);
  let checks: ReadyChecks = {};
  const app = await NestFactory.create<NestFastifyApplication>(
    rootModule(service, kit, () => checks),
    adapter,
    {
      logger: nestLogger(kit.logger),
      bodyParser: false,
      abortOnError: false,
      forceCloseConnections: true,
    },
  );
  app.useGlobalFilters(new ProblemFilter(kit.logger, (error) => service.translate?.(error) ?? error));
  const streams = connectStreams(app, service, kit);
  const parts = createPartRunner([...(service.parts ?? []), ...(streams === undefined ? [] : [streams])], kit.logger);
  const shutdown = createShutdown({ app, parts, traffic, stopping, kit, limitMs: service.shutdownMs });
  checks = { ...shutdown.checks, ...parts.checks, ...service.ready };
  try {
    await app.listen(base.RIG_PORT, base.RIG_HOST);
    await parts.start();
  } catch (error) {
    await shutdown.run();
    throw error;
  }
  const url = urlOf(app, base.RIG_HOST);
  kit.logger.log('info', 'the service is ready', { url, sinceStartMs: Math.round(performance.now()) });
  return { name: definition.name, kit, url, stop: () => shutdown.run() };
};
