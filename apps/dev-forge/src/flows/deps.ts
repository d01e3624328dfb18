import type { Logger } from '@rig/kernel';
import type { Repo } from '../core/model.js';
import type { Json, View } from '../core/payloads/view.js';
import type { World } from '../core/world.js';
import type { Git } from './git.js';

/** What every flow is made from. */
export interface Deps {
  readonly world: World;
  readonly view: View;
  readonly git: Git;
  readonly logger: Logger;
  /** GitHub's time now (whole seconds). */
  time(): string;
  /** Milliseconds since 1970. */
  now(): number;
  guid(): string;
  /** Packs a payload for keeping. */
  pack(text: string): string;
  /** One at a time per repository: everything that moves refs. */
  exclusive<T>(repo: Repo, work: () => Promise<T>): Promise<T>;
  /** Something was added to the deliveries. */
  delivered(): void;
  /** A check run of the forge itself waits to be carried out. */
  ciQueued(): void;
}

export interface EventInput {
  readonly repo: Repo;
  readonly event: string;
  readonly action?: string;
  readonly sender: string;
  readonly parts: Json;
}
