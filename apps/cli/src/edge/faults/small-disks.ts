import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '@rig/kernel';
import type { RunPaths } from '../../core/run-paths.js';
import type { Disk, DiskName } from '../../flows/faults/world-parts.js';

/** MiB: what each needs for a row, and some more. A fresh cluster of Postgres is about fifty. */
const SIZES: Readonly<Record<DiskName, number>> = { postgres: 256, valkey: 24, work: 96 };
const CHUNK = 64 * 1024;
const TOP_UP_MS = 50;

const run = (file: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    execFile(file, [...args], { timeout: 10_000 }, (error, _out, said) =>
      error === null ? resolve() : reject(new Error(said.trim().split('\n')[0] ?? messageOf(error))),
    );
  });

const mount = (folder: string, mebibytes: number): Promise<void> =>
  run('mount', ['-t', 'tmpfs', '-o', `size=${mebibytes}m,mode=0700`, 'rig-faults', folder]);

const unmount = (folder: string): Promise<void> => run('umount', ['-l', folder]);

/** Why no small disk can be made here; undefined when one can. */
export const whyNoDisks = async (): Promise<string | undefined> => {
  const folder = await mkdtemp(join(tmpdir(), 'rig-disk-'));
  try {
    await mount(folder, 1);
    await unmount(folder);
    return undefined;
  } catch (error) {
    return `no small disk can be mounted: ${messageOf(error)}`;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Writes until nothing fits any more. */
const writeAll = async (path: string): Promise<void> => {
  const file = await open(path, 'a');
  try {
    for (let size = CHUNK; size >= 1; size = Math.floor(size / 16)) {
      const bytes = Buffer.alloc(size);
      // A disk that is full takes a part of the last piece.
      while ((await file.write(bytes).catch(() => ({ bytesWritten: 0 }))).bytesWritten > 0);
    }
  } finally {
    await file.close();
  }
};

const createDisk = (folder: string): Disk => {
  const ballast = join(folder, 'ballast');
  let filling: { stop: boolean; readonly done: Promise<void> } | undefined;
  return {
    fill: async () => {
      await writeAll(ballast);
      const state = { stop: false, done: Promise.resolve() };
      // Whatever is freed while the disk is full is taken as well.
      state.done = (async () => {
        while (!state.stop) {
          await sleep(TOP_UP_MS);
          await writeAll(ballast).catch(() => undefined);
        }
      })();
      filling = state;
    },
    free: async () => {
      if (filling !== undefined) filling.stop = true;
      await filling?.done;
      filling = undefined;
      await rm(ballast, { force: true });
    },
  };
};

export interface SmallDisks {
  disk(name: DiskName): Disk | undefined;
  unmount(): Promise<void>;
}

/** Mounts a small disk under each folder of a run; none unless asked to. */
export const mountDisks = async (paths: RunPaths, wanted: boolean): Promise<SmallDisks> => {
  const folders = new Map<DiskName, string>();
  const unmountAll = async (): Promise<void> => {
    for (const folder of folders.values()) await unmount(folder).catch(() => undefined);
  };
  try {
    const places = { postgres: `${paths.data}/postgres`, valkey: `${paths.data}/valkey`, work: paths.work };
    for (const [name, folder] of wanted ? (Object.entries(places) as [DiskName, string][]) : []) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await mount(folder, SIZES[name]);
      folders.set(name, folder);
    }
  } catch (error) {
    await unmountAll();
    throw error;
  }
  const disks = new Map([...folders].map(([name, folder]) => [name, createDisk(folder)]));
  return {
    disk: (name) => disks.get(name),
    unmount: async () => {
      for (const disk of disks.values()) await disk.free().catch(() => undefined);
      await unmountAll();
    },
  };
};
