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
  const [services, [state]] = await Promise.all([
    Promise.all(record.services.map(async ({ name, url }) => ({ name, url, ...(await readiness(url)) }))),
    Promise.allSettled([askConductor(api)]),
  ]);
  const allReady = services.every((service) => service.state === 'ready');
  const { palette } = createTerminal(process.stdout, Date.now);
  if (state.status === 'rejected') {
    if (given['json'] === true) printJson({ services });
    else printOut(serviceRows(services, palette).join('\n'));
    throw state.reason;
  }
  if (given['json'] === true) printJson({ services, ...state.value });
  else printOut([...serviceRows(services, palette), ...statusLines(state.value, palette)].join('\n'));
  return allReady ? 0 : 1;
};
