import type { World } from '../world.js';

/** What a payload builder needs: the rows, and the address that links begin with (no slash at the end). */
export interface View {
  readonly world: World;
  readonly base: string;
}

export type Json = Readonly<Record<string, unknown>>;

/** GitHub's opaque global ids; ours say what they are. */
export const nodeId = (kind: string, id: number | string): string => `${kind}_${id}`;

/** The number in a node id of the given kind, or undefined. */
export const idOfNode = (kind: string, node: string): number | undefined => {
  const match = /^([A-Z]+)_(\d{1,15})$/i.exec(node);
  return match?.[1] === kind ? Number(match[2]) : undefined;
};
