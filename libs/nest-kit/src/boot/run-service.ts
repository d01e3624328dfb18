import { isRigError, messageOf, systemClock } from '@rig/kernel';
import type { z } from 'zod';
import { createJsonLogger } from '../kit/json-logger.js';
import type { ServiceDefinition } from './service.js';
import { startService, type RunningService } from './start-service.js';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

const bootFailed = (name: string, error: unknown): void => {
  const logger = createJsonLogger({ level: 'info', clock: systemClock, base: { service: name } });
  logger.log('error', 'the service did not start', {
    reason: messageOf(error),
    ...(isRigError(error) ? { code: error.code, fix: error.fix } : { error }),
  });
};

/** With OTLP configured, telemetry must have been loaded before anything it instruments. */
const warnWithoutPreload = (service: RunningService): void => {
  if (process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] === undefined) return;
  if (process.env['RIG_OTEL_LOADED'] === String(process.pid)) return;
  service.kit.logger.log('warn', 'OTEL_EXPORTER_OTLP_ENDPOINT is set but telemetry is not loaded', {
    fix: 'Start the process with node --import @rig/nest-kit/otel.',
  });
};

/**
 * The whole of an app's main.ts: starts the service from the process's environment and ends it on SIGTERM or SIGINT
 * (a second signal changes nothing). Exit code 0 after a clean drain, 1 if it did not start or did not end in 25 s.
 */
export const runService = async <S extends z.ZodType>(definition: ServiceDefinition<S>): Promise<void> => {
  let service: RunningService | undefined;
  let asked = false;
  const end = async (): Promise<void> => {
    const clean = (await service?.stop()) ?? true;
    process.exit(clean ? 0 : 1);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) return;
    asked = true;
    service?.kit.logger.log('info', 'the service is asked to end', { signal });
    // While it is still starting, `runService` below ends it as soon as there is something to end.
    if (service !== undefined) void end();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('unhandledRejection', (reason) => {
    service?.kit.logger.log('error', 'a rejection was not handled', { error: reason });
  });
  try {
    service = await startService(definition, { env: process.env });
  } catch (error) {
    bootFailed(definition.name, error);
    process.exit(1);
  }
  warnWithoutPreload(service);
  if (asked) await end();
};
