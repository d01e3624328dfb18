import { BaseRpcContext } from '@nestjs/microservices';
import type { Delivery } from '@rig/stream-bus';

/** What a stream handler knows of its entry besides the payload. */
export class StreamContext extends BaseRpcContext<[Delivery<unknown>]> {
  constructor(delivery: Delivery<unknown>) {
    super([delivery]);
  }

  get stream(): string {
    return this.args[0].stream;
  }
  get group(): string {
    return this.args[0].group;
  }
  get consumer(): string {
    return this.args[0].consumer;
  }
  /** Stream id of the entry. */
  get id(): string {
    return this.args[0].id;
  }
  /** 1 for the first delivery. */
  get attempt(): number {
    return this.args[0].attempt;
  }
  /** Aborts when the service stops. */
  get signal(): AbortSignal {
    return this.args[0].signal;
  }
  /** Trace headers that travel in the payload. */
  get headers(): Readonly<Record<string, string>> {
    const { value } = this.args[0];
    if (typeof value !== 'object' || value === null || !('traceparent' in value)) return {};
    return typeof value.traceparent === 'string' ? { traceparent: value.traceparent } : {};
  }
}
