import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { postgresFolder } from '@rig/embedded';

/** What a figure was measured on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly os: string;
  readonly versions: Readonly<Record<string, string>>;
}

const PEERS = [
  '@event-driven-io/emmett-postgresql',
  'graphile-worker',
  'cc-safety-net',
  'bullmq',
  'ioredis',
  'pg',
  '@nestjs/core',
];

const versionOf = (name: string): string => {
  // Some packages do not export their package.json; it stands beside or above their entry.
  const require = createRequire(import.meta.url);
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const found: unknown = JSON.parse(readFileSync(`${folder}/${name}/package.json`, 'utf8'));
      if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
    } catch {
      // Not in this folder.
    }
  }
  return 'unknown';
};

const postgresVersion = async (): Promise<string> => {
  const text = execFileSync(`${await postgresFolder()}/bin/postgres`, ['--version'], { encoding: 'utf8' });
  return text.trim().split(' ').at(-1) ?? 'unknown';
};

export const describeMachine = async (): Promise<Machine> => ({
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryGb: Math.round(totalmem() / 2 ** 30),
  os: `${platform()} ${release()} ${arch()}`,
  versions: {
    node: process.versions.node,
    postgres: await postgresVersion(),
    ...Object.fromEntries(PEERS.map((name) => [name, versionOf(name)])),
  },
});

/** Processes that wanted to run in the last minute, on average. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;
