import type { RowContext } from './row.js';
import type { Sent } from './world.js';

export interface Knocking {
  /** Ends it. Resolves to every answer. */
  stop(): Promise<readonly Sent[]>;
}

const EVERY_MS = 200;
/** Longer than a forge waits for an answer: whoever takes so long hangs. */
const HANGS_MS = 11_000;

/** Knocks at the gateway's door, several times a second, with deliveries that change nothing. */
export const startKnocking = (context: RowContext): Knocking => {
  const { world, pause } = context;
  const sent: Promise<Sent>[] = [];
  let knocking = true;
  const loop = (async () => {
    for (let n = 0; knocking; n++) {
      sent.push(world.send('star', { action: 'created', starred_at: null, knock: `${n} ${context.random()}` }));
      await pause(EVERY_MS);
    }
  })();
  // A row that is told to end ends its own waits as well.
  loop.catch(() => undefined);
  return {
    stop: async () => {
      knocking = false;
      await loop;
      const all = await Promise.all(sent);
      for (const { guid, ms } of all) if (ms > HANGS_MS) context.violated(`the gateway let ${guid} wait ${ms} ms`);
      const bad = all.filter(({ status }) => ![0, 202, 429, 503].includes(status));
      for (const { status } of bad) context.violated(`the gateway answered a sound delivery with ${status}`);
      const taken = all.filter(({ status }) => status === 202).length;
      context.note(`${all.length} deliveries sent, ${taken} taken`);
      return all;
    },
  };
};
