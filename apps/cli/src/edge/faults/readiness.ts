import type { Readiness, World } from '../../flows/faults/world.js';
import type { WorldPlan } from './world-plan.js';

/** Every check of `/readyz` has two seconds; beyond this it hangs. */
const ANSWER_MS = 8_000;

const notesIn = (text: string): readonly string[] => {
  try {
    const body = JSON.parse(text) as { parts?: readonly { name: string; note?: string }[] };
    return (body.parts ?? []).flatMap(({ name, note }) => (note === undefined ? [] : [`${name}: ${note}`]));
  } catch {
    return [];
  }
};

/** Asks a process whether it is ready, with a deadline. */
export const createReadiness =
  (plan: WorldPlan): World['ready'] =>
  async (name): Promise<Readiness> => {
    const began = performance.now();
    const url = plan.readyUrl(name);
    try {
      if (url === undefined) throw new Error(`there is no process ${name}`);
      const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS) });
      const notes = notesIn(await response.text());
      return { status: response.status, ms: performance.now() - began, notes };
    } catch {
      return { status: null, ms: performance.now() - began, notes: [] };
    }
  };
