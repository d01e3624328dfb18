import type { Bench } from '../harness/bench.js';
import { append } from './append.js';
import { bus } from './bus.js';
import { claims } from './claims.js';
import { demo } from './demo.js';
import { guard } from './guard.js';
import { latency } from './latency.js';
import { rebuild } from './rebuild.js';
import { relay } from './relay.js';
import { scale } from './scale.js';
import { start } from './start.js';

/** Every bench, in the order of docs/benchmarks.md. */
export const benches: readonly Bench[] = [append, bus, claims, relay, latency, rebuild, scale, start, demo, guard];
