import { RigError } from '@rig/kernel';
import { eventStoreFeatures } from './event-store.features.spec.js';
import { tasks, type TaskRow } from './fixture.spec.js';
import { createMemoryEventStore } from './memory-event-store.js';

eventStoreFeatures('memory', async () => {
  const notes = new Map<string, number>();
  const store = createMemoryEventStore({
    projections: [tasks],
    guards: {
      slots: (args, view) => {
        const { agent, limit } = args as { agent: string; limit: number };
        return view.rows('tasks').filter(([, row]) => (row as TaskRow).agent === agent).length < limit;
      },
    },
    effects: {
      note: (args) => {
        const { id } = args as { id: string };
        notes.set(id, (notes.get(id) ?? 0) + 1);
      },
      fail: () => {
        throw new RigError({ code: 'EFFECT_FAILED', kind: 'terminal', message: 'this effect always fails' });
      },
    },
  });
  return { store, notes: async () => Object.fromEntries(notes), close: () => store.close() };
});
