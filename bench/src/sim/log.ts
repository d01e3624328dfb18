import { isoTime } from '@rig/kernel';
import type { EventType, RigEvent } from '@rig/contracts';
import { boardEvent, type Told } from '../product/dispatcher.js';
import type { Agenda } from './agenda.js';

/** Start of every simulation, milliseconds since 1970: a Monday morning. */
export const EPOCH = 1_772_409_600_000;

export interface Note<T extends EventType = EventType> {
  readonly subject: string;
  readonly type: T;
  readonly data: Told<T>;
  readonly causationid?: string;
}

/** The event log: takes events one after the other, each for the same time, and hands them to who reads. */
export class Log {
  readonly #agenda: Agenda;
  readonly #msPerEvent: number;
  readonly #read: (event: RigEvent, at: number) => void;
  #freeAt = 0;
  #busyMs = 0;
  #position = 0;

  constructor(agenda: Agenda, appendsPerSecond: number, read: (event: RigEvent, at: number) => void) {
    this.#agenda = agenda;
    this.#msPerEvent = 1_000 / appendsPerSecond;
    this.#read = read;
  }

  get position(): number {
    return this.#position;
  }

  /** Milliseconds that it was busy. */
  get busyMs(): number {
    return this.#busyMs - Math.max(0, this.#freeAt - this.#agenda.now);
  }

  /** Milliseconds until what comes now is taken. */
  get delayMs(): number {
    return Math.max(0, this.#freeAt - this.#agenda.now);
  }

  /** Commits events in one append; `then` happens when they are committed. */
  append(notes: readonly Note[], then: () => void = () => undefined): void {
    const took = notes.length * this.#msPerEvent;
    this.#freeAt = Math.max(this.#freeAt, this.#agenda.now) + took;
    this.#busyMs += took;
    this.#agenda.enter(this.#freeAt, () => {
      const at = EPOCH + this.#agenda.now;
      const time = isoTime(Math.floor(at));
      for (const { subject, type, data, causationid } of notes) {
        this.#position += 1;
        this.#read(boardEvent({ position: this.#position, subject, time }, type, data, causationid), at);
      }
      then();
    });
  }
}
