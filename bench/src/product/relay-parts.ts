import { createOffersFor } from '@rig/conductor/dist/flows/offers-for.js';
import { createRelay, createRelayMarker, type Relay } from '@rig/event-store';
import { silentLogger, systemClock } from '@rig/kernel';
import type { StreamBus } from '@rig/stream-bus';
import { SCHEMA, type ConductorUnderTest } from './conductor.js';

/** The relay as the conductor runs it, offers included. */
export const openRelay = ({ store, pool, flows }: ConductorUnderTest, bus: StreamBus, stream: string): Relay =>
  createRelay({
    store,
    bus,
    stream,
    marker: createRelayMarker({ pool, schema: SCHEMA }),
    offersFor: createOffersFor(flows.describe),
    clock: systemClock,
    logger: silentLogger,
  });
