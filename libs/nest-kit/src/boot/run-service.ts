import { isRigError, messageOf, RigError, systemClock } from '@rig/kernel';
import type { z } from 'zod';
import { createJsonLogger } from '../kit/json-logger.js';
import { giveBackMemory } from './give-back-memory.js';
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
  // Compose hands on a variable that nobody has set as an empty one.
  if ((process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? '') === '') return;
  if (process.env['RIG_OTEL_LOADED'] === String(process.pid)) return;
  service.kit.logger.log('warn', 'OTEL_EXPORTER_OTLP_ENDPOINT is set but telemetry is not loaded', {
    fix: 'Start the process with node --import @rig/nest-kit/otel.',
  });
};

/** Serves until a signal; a second signal changes nothing. */
const serve = async <S extends z.ZodType>(definition: ServiceDefinition<S>): Promise<void> => {
  /** Empty until it has started, when a signal may have come already. */
  const running: { service?: RunningService } = {};
  let asked = false;
  const end = async (): Promise<void> => {
    const clean = (await running.service?.stop()) ?? true;
    process.exit(clean ? (process.exitCode ?? 0) : 1);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    if (asked) return;
    asked = true;
    running.service?.kit.logger.log('info', 'the service is asked to end', { signal });
    // While it is still starting, the end of this function ends it.
    if (running.service !== undefined) void end();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('unhandledRejection', (reason) => {
    running.service?.kit.logger.log('error', 'a rejection was not handled', { error: reason });
  });
  running.service = await startService(definition, { env: process.env });
  warnWithoutPreload(running.service);
  giveBackMemory(running.service.kit.logger);
  if (asked) await end();
};

/** What a process can do besides serving, and what it says when that is done. */
const COMMANDS = { migrate: 'the tables are up to date', rebuild: 'the read models are built anew' } as const;
type ServiceCommand = keyof typeof COMMANDS;

const isCommand = (word: string): word is ServiceCommand => Object.hasOwn(COMMANDS, word);

const refused = (code: string, message: string, fix: string): RigError =>
  new RigError({ code, kind: 'terminal', message, fix });

/** `node dist/main.js migrate`, before an upgrade; `rebuild`, after a restore. */
const runOnce = async <S extends z.ZodType>(
  definition: ServiceDefinition<S>,
  command: ServiceCommand,
): Promise<void> => {
  const { name } = definition;
  const logger = createJsonLogger({ level: 'info', clock: systemClock, base: { service: name } });
  const work = definition[command];
  if (work === undefined) {
    const fix = 'Run it for the services that do: charts/rig/services.yaml marks those with tables by `migrates`.';
    throw refused('NOTHING_TO_DO', `${name} owns nothing to ${command}`, fix);
  }
  await work(process.env, logger);
  logger.log('info', COMMANDS[command]);
};

/** What the process was asked to do: to serve, unless its first argument says otherwise. */
const perform = <S extends z.ZodType>(definition: ServiceDefinition<S>, word: string | undefined): Promise<void> => {
  if (word === undefined) return serve(definition);
  if (isCommand(word)) return runOnce(definition, word);
  const fix = `Start it without arguments, or with one of: ${Object.keys(COMMANDS).join(', ')}.`;
  throw refused('COMMAND_UNKNOWN', `"${word}" is nothing a service can do`, fix);
};

/**
 * The whole of an app's main.ts: starts the service from the process's environment and ends it on SIGTERM or SIGINT
 * (a second signal changes nothing). Exit code 0 after a clean drain, unless the service has set `process.exitCode`; 1 if
 * it did not start or did not end in time (25 s, unless the service says otherwise). With the argument `migrate` it brings the service's
 * tables up to date instead, with `rebuild` it builds what it keeps of the log anew.
 */
export const runService = async <S extends z.ZodType>(definition: ServiceDefinition<S>): Promise<void> => {
  try {
    await perform(definition, process.argv[2]);
  } catch (error) {
    bootFailed(definition.name, error);
    process.exit(1);
  }
};
