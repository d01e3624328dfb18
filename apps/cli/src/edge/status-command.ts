import { z } from 'zod';
import { serviceRows, statusLines, type ServiceState } from '../core/status-lines.js';
import type { ConductorApi } from './conductor-api.js';
import { connect } from './running-system.js';
import { createTerminal, printJson, printOut } from './terminal.js';

const Parts = z.object({
  parts: z.array(z.object({ name: z.string(), ready: z.boolean(), note: z.string().optional() })),
});

/** Every part that is not ready, and every note. */
const notesIn = (body: unknown): readonly string[] => {
  const parsed = Parts.safeParse(body);
  if (!parsed.success) return [];
  return parsed.data.parts
    .filter(({ ready, note }) => !ready || note !== undefined)
    .map(({ name, ready, note }) => [name, ...(ready ? [] : ['not ready']), ...(note === undefined ? [] : [note])])
    .map((words) => words.join(': '));
};

const readiness = async (url: string): Promise<Pick<ServiceState, 'state' | 'notes'>> => {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    const body: unknown = await response.json().catch(() => undefined);
    return { state: response.status === 200 ? 'ready' : 'not ready', notes: notesIn(body) };
  } catch {
    return { state: 'no answer', notes: [] };
  }
};

const askConductor = async (api: ConductorApi) => {
  const [issues, pulls, agents, pauses] = await Promise.all([api.issues(), api.pulls(), api.agents(), api.pauses()]);
  return { issues, pulls, agents, pauses };
};

/** `rig status`: 1 if a service is not ready. Without the conductor it shows the services, and fails after that. */
export const showStatus = async (given: Record<string, unknown>): Promise<number> => {
  const { record, api } = await connect();
  const asked = Promise.allSettled([askConductor(api)]);
  const services = await Promise.all(
    record.services.map(async ({ name, url }) => ({ name, url, ...(await readiness(url)) })),
  );
  const allReady = services.every((service) => service.state === 'ready');
  const json = given['json'] === true;
  const { palette } = createTerminal(process.stdout, Date.now);
  // At once: a conductor that hangs takes its time to be given up.
  if (!json) printOut(serviceRows(services, palette).join('\n'));
  const [state] = await asked;
  if (state.status === 'rejected') {
    if (json) printJson({ services });
    throw state.reason;
  }
  if (json) printJson({ services, ...state.value });
  else printOut(statusLines(state.value, palette).join('\n'));
  return allReady ? 0 : 1;
};
