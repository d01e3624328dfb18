import type { EventDataOf, EventType, RigEvent } from '@rig/contracts';
import { applyToBoard, emptyBoard, type Board } from '@rig/dispatcher/dist/core/board.js';
import { answer, expire, InFlight } from '@rig/dispatcher/dist/core/in-flight.js';
import type { Intent } from '@rig/dispatcher/dist/core/intent.js';
import { Planner } from '@rig/dispatcher/dist/core/planner.js';

/** The dispatcher's own core: its board, its proposals on their way, its planner. */
export { answer, applyToBoard, emptyBoard, expire, InFlight, Planner, type Board, type Intent };

/** The data that the board looks at; the others are texts and ids that it does not keep. */
export type Told<T extends EventType> = Partial<EventDataOf<T>>;

/** An event as the board gets it, without the texts. @param time  ISO 8601 */
export const boardEvent = <T extends EventType>(
  place: { readonly position: number; readonly subject: string; readonly time: string },
  type: T,
  data: Told<T>,
  causationid?: string,
): RigEvent =>
  ({
    ...place,
    id: '',
    source: 'rig/conductor',
    type,
    dataschema: `rig:${type}:1`,
    correlationid: '',
    actor: { kind: 'service', id: 'conductor' },
    version: 1,
    data,
    ...(causationid === undefined ? {} : { causationid }),
  }) as unknown as RigEvent;
