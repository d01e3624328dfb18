import { EventPattern, Server, type CustomTransportStrategy, type MessageHandler } from '@nestjs/microservices';
import { RigError, type Lifecycle, type Logger, type Refusal, type Result } from '@rig/kernel';
import type { Delivery, StreamBus, Verdict } from '@rig/stream-bus';
import { isObservable, lastValueFrom } from 'rxjs';
import { StreamContext } from './stream-context.js';

/** One (stream, group) that the service declares to read; limits as in stream-bus `ConsumeOptions`. */
export interface StreamSubscription {
  readonly stream: string;
  readonly group: string;
  /** Parses an entry's payload; a refusal sends the entry to the dead list. */
  parse(json: unknown): Result<unknown, Refusal>;
  readonly batch?: number;
  readonly concurrency?: number;
  readonly maxTries?: number;
  readonly takeOverIdleMs?: number;
  readonly blockMs?: number;
}

export interface StreamsOptions {
  readonly bus: StreamBus;
  readonly subscriptions: readonly StreamSubscription[];
}

type StreamServerOptions = StreamsOptions & {
  /** HOSTNAME of this process. */
  readonly consumer: string;
  readonly logger: Logger;
};

/** The pattern of a handler: `<stream>#<group>`. */
export const streamPattern = (stream: string, group: string): string => `${stream}#${group}`;

/**
 * Handler decorator: `@OnStream(INBOX_STREAM, 'conductor')`. The same as `@EventPattern('<stream>#<group>')`, whose own
 * type takes only handlers without a typed context.
 */
export const OnStream = (stream: string, group: string): MethodDecorator =>
  EventPattern<string>(streamPattern(stream, group));

const wiring = (message: string, fix: string): RigError =>
  new RigError({ code: 'STREAM_WIRING', kind: 'bug', message, fix });

const isVerdict = (value: unknown): value is Verdict =>
  typeof value === 'object' &&
  value !== null &&
  'verdict' in value &&
  ['ack', 'retry', 'dead', 'leave'].includes(String(value.verdict));

const handlersOf = (head: MessageHandler | undefined): number => {
  let count = 0;
  for (let handler = head; handler !== undefined; handler = handler.next as MessageHandler | undefined) count += 1;
  return count;
};

/**
 * Nest transport over the stream bus. A handler that returns nothing acknowledges its entry; it may return a `Verdict`;
 * a handler that throws leaves the entry pending for another try (or sends it to the dead list by a terminal RigError).
 */
export class ValkeyStreamServer extends Server implements CustomTransportStrategy {
  /** The handler's failure is ours to report: it decides what becomes of the entry. */
  override readonly propagatesEventHandlerErrors = true;
  private consumers: Lifecycle[] = [];

  constructor(private readonly options: StreamServerOptions) {
    super();
  }

  /** Throws `STREAM_WIRING` unless every subscription has exactly one handler, and every handler a subscription. */
  verify(): void {
    const declared = new Set<string>();
    for (const { stream, group } of this.options.subscriptions) {
      const pattern = streamPattern(stream, group);
      if (declared.has(pattern)) throw wiring(`${pattern} is declared twice`, 'Declare each subscription once.');
      declared.add(pattern);
      const count = handlersOf(this.messageHandlers.get(pattern));
      if (count === 1) continue;
      throw wiring(
        `The subscription ${pattern} has ${count === 0 ? 'no handler' : `${count} handlers`}`,
        `Write exactly one handler with @OnStream('${stream}', '${group}') in a controller of the module.`,
      );
    }
    for (const pattern of this.messageHandlers.keys()) {
      if (declared.has(pattern)) continue;
      throw wiring(`The handler ${pattern} has no subscription`, 'Declare it under streams.subscriptions.');
    }
  }

  listen(callback: (error?: unknown) => void): void {
    this.begin().then(
      () => callback(),
      (error: unknown) => callback(error),
    );
  }

  async close(): Promise<void> {
    const closing = this.consumers;
    this.consumers = [];
    await Promise.all(closing.map((consumer) => consumer.stop()));
  }

  on(): never {
    throw wiring('The stream transport has no events to listen to', 'Use logs and metrics of the stream bus.');
  }

  /** The stream bus. */
  unwrap<T>(): T {
    return this.options.bus as T;
  }

  private async begin(): Promise<void> {
    this.verify();
    const { bus, subscriptions, consumer } = this.options;
    this.consumers = subscriptions.map((subscription) =>
      bus.consume<unknown>({
        ...subscription,
        parse: (json) => subscription.parse(json),
        consumer,
        handle: (delivery) => this.handle(delivery),
      }),
    );
    await Promise.all(this.consumers.map((started) => started.start()));
  }

  private async handle(delivery: Delivery<unknown>): Promise<Verdict> {
    const pattern = streamPattern(delivery.stream, delivery.group);
    const handler = this.messageHandlers.get(pattern);
    if (handler === undefined) throw wiring(`${pattern} has no handler`, 'Restart the service.');
    const context = new StreamContext(delivery);
    // The base class connects the handler's observable without waiting for it: acknowledging then would acknowledge
    // failed work. So the observable is awaited here.
    const outcome: unknown = await handler(delivery.value, context);
    const value: unknown = isObservable(outcome) ? await lastValueFrom(outcome, { defaultValue: undefined }) : outcome;
    return isVerdict(value) ? value : { verdict: 'ack' };
  }
}
