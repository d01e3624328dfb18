import { randomUUID } from 'node:crypto';
import type { History } from '../../core/faults/history.js';
import type { Doors } from '../../flows/faults/world-parts.js';
import type { World } from '../../flows/faults/world.js';

/** The same doors, with every delivery that is sent through them written down, and how it was answered. */
export const recordedDoors = (doors: Doors, history: History): Pick<World, 'doors' | 'send'> => {
  const deliver: Doors['deliver'] = async (delivery) => {
    const answer = await doors.deliver(delivery);
    history.add({
      op: 'sent',
      guid: delivery.guid,
      event: delivery.event,
      status: answer.status === 0 ? null : answer.status,
      id: answer.id === '' ? null : answer.id,
      ms: Math.round(answer.ms),
    });
    return answer;
  };
  return {
    doors: { ...doors, deliver },
    send: async (event, payload) => {
      const guid = randomUUID();
      return { guid, ...(await deliver({ guid, event, body: JSON.stringify(payload) })) };
    },
  };
};
