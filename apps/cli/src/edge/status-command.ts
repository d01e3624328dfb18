import { serviceRows, statusLines } from '../core/status-lines.js';
import { connect } from './running-system.js';
import { createTerminal, printJson, printOut } from './terminal.js';

const readiness = async (url: string): Promise<'ready' | 'not ready' | 'no answer'> => {
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(3_000) });
    await response.body?.cancel();
    return response.status === 200 ? 'ready' : 'not ready';
  } catch {
    return 'no answer';
  }
};

/** `rig status`: 1 if a service is not ready. */
export const showStatus = async (given: Record<string, unknown>): Promise<number> => {
  const { record, api } = await connect();
  const [services, issues, pulls, agents] = await Promise.all([
    Promise.all(record.services.map(async ({ name, url }) => ({ name, url, state: await readiness(url) }))),
    api.issues(),
    api.pulls(),
    api.agents(),
  ]);
  const allReady = services.every((service) => service.state === 'ready');
  if (given['json'] === true) {
    printJson({ services, issues, pulls, agents });
  } else {
    const { palette } = createTerminal(process.stdout, Date.now);
    printOut([...serviceRows(services, palette), ...statusLines({ issues, pulls, agents }, palette)].join('\n'));
  }
  return allReady ? 0 : 1;
};
