import { readFile } from 'node:fs/promises';
import { claimerId } from '../../core/config-texts.js';
import type { RunPaths } from '../../core/run-paths.js';
import type { WorldProcess } from '../../flows/faults/world.js';
import type { WorldParts } from '../../flows/faults/world-parts.js';
import { createAgentTokens } from './agent-tokens.js';
import { createClaimer } from './claimer.js';
import { createDoors } from './doors.js';
import { createForgeSide } from './forge-side.js';
import type { Observer } from './observer.js';
import { replayHistories } from './replay-histories.js';
import { residentMemory } from './resident-memory.js';
import { createRecords } from './records.js';
import type { SmallDisks } from './small-disks.js';
import { createStreams } from './streams.js';

export interface WorldPartsOptions {
  readonly paths: RunPaths;
  readonly observer: Pick<Observer, 'pool'>;
  readonly repo: string;
  readonly valkeyUrl: string;
  readonly forgeUrl: string;
  readonly personToken: string;
  readonly gatewayUrl: string;
  readonly conductorUrl: string;
  readonly guardUrl: string;
  readonly disks: SmallDisks;
  processes(): readonly WorldProcess[];
}

/** What rows do to a running system besides killing and cutting it; `closeParts` ends its own connections. */
export const createWorldParts = async (
  options: WorldPartsOptions,
): Promise<WorldParts & { closeParts(): Promise<void> }> => {
  const { paths, observer, gatewayUrl, conductorUrl, guardUrl } = options;
  const [webhookSecret, operatorToken] = await Promise.all(
    [paths.webhookSecret, paths.operatorToken].map(async (file) => (await readFile(file, 'utf8')).trim()),
  );
  const tokens = createAgentTokens(paths, conductorUrl);
  const streams = createStreams(options.valkeyUrl);
  return {
    forge: createForgeSide({ ...options, webhookUrl: `${gatewayUrl}/api/webhook/github` }),
    doors: createDoors({
      tokens,
      gatewayUrl,
      conductorUrl,
      guardUrl,
      webhookSecret: webhookSecret ?? '',
      operatorToken: operatorToken ?? '',
    }),
    streams,
    disk: options.disks.disk,
    claimer: (n, random, slow) => createClaimer({ id: claimerId(n), conductorUrl, gatewayUrl, tokens, random, slow }),
    replayHistories: () => replayHistories(paths.root),
    memory: async (name) => {
      const pid = options.processes().find((one) => one.name === name)?.pid;
      return pid === undefined || pid === null ? undefined : residentMemory(pid);
    },
    records: createRecords(observer.pool),
    closeParts: streams.close,
  };
};
