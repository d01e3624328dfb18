import { z } from 'zod';
import { serviceRows, statusLines, type ServiceState } from '../core/status-lines.js';
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

/** `rig status`: 1 if a service is not ready. */
export const showStatus = async (given: Record<string, unknown>): Promise<number> => {
  const { record, api } = await connect();
  const [services, issues, pulls, agents, pauses] = await Promise.all([
    Promise.all(record.services.map(async ({ name, url }) => ({ name, url, ...(await readiness(url)) }))),
    api.issues(),
    api.pulls(),
    api.agents(),
    api.pauses(),
  ]);
  const allReady = services.every((service) => service.state === 'ready');
  if (given['json'] === true) {
    printJson({ services, issues, pulls, agents, pauses });
  } else {
    const { palette } = createTerminal(process.stdout, Date.now);
    printOut(
      [...serviceRows(services, palette), ...statusLines({ issues, pulls, agents, pauses }, palette)].join('\n'),
    );
  }
  return allReady ? 0 : 1;
};
