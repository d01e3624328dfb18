import { existsSync } from 'node:fs';
import { access, constants, mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import type { Finding } from '../core/diagnosis.js';
import type { Probe } from '../flows/diagnose.js';
import { runTool } from './run-tool.js';

type Look = Omit<Finding, 'name'>;

const NODE_MAJOR = 24;
const GIGABYTE = 1024 ** 3;
const gigabytes = (bytes: number): string => `${(bytes / GIGABYTE).toFixed(1)} GB`;

/** The first line that a program prints when asked for its version; undefined where it does not run. */
const versionLine = async (file: string, root: string): Promise<string | undefined> => {
  const { code, stdout } = await runTool(file, ['--version'], { cwd: root, limitMs: 10_000, capture: true });
  return code === 0 ? (stdout.split('\n')[0] ?? '').trim() : undefined;
};

const install = (debian: string, mac: string): string =>
  process.platform === 'darwin' ? `brew install ${mac}` : `sudo apt-get install -y ${debian}`;

const node = async (): Promise<Look> => {
  const detail = `${process.version} (${process.execPath})`;
  return Number(process.versions.node.split('.')[0]) >= NODE_MAJOR
    ? { state: 'found', detail }
    : { state: 'missing', detail: `${detail}; Rig needs ${NODE_MAJOR}`, fix: './rig doctor' };
};

const npm = async (root: string): Promise<Look> => {
  const version = await versionLine('npm', root);
  if (version !== undefined) return { state: 'found', detail: version };
  return { state: 'advice', detail: 'not on PATH; needed when packages change', fix: install('npm', 'node') };
};

const git = async (root: string): Promise<Look> => {
  const version = await versionLine('git', root);
  if (version === undefined) return { state: 'missing', detail: 'not on PATH', fix: install('git', 'git') };
  // The forge of the demo serves repositories through this part of git, which some systems pack apart.
  const where = await runTool('git', ['--exec-path'], { cwd: root, limitMs: 10_000, capture: true });
  const absent = !existsSync(join(where.stdout.trim(), 'git-http-backend'));
  return absent
    ? { state: 'missing', detail: `${version} without http-backend`, fix: install('git', 'git') }
    : { state: 'found', detail: version };
};

const disk = async (root: string): Promise<Look> => {
  const { bavail, bsize } = await statfs(root);
  const free = bavail * bsize;
  const detail = `${gigabytes(free)} free`;
  return free > 0.5 * GIGABYTE
    ? { state: 'found', detail }
    : { state: 'missing', detail: `${detail}, too little for databases and logs`, fix: `du -xhd1 ${root} | sort -h` };
};

const memory = async (): Promise<Look> => {
  // `MemAvailable` counts what the system gives back on demand, which `freemem` does not.
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const available = Number(/^MemAvailable:\s+(\d+) kB/m.exec(text)?.[1] ?? freemem() / 1024) * 1024;
  const detail = `${gigabytes(available)} of ${gigabytes(totalmem())} available`;
  return available > 1.5 * GIGABYTE
    ? { state: 'found', detail }
    : { state: 'advice', detail: `${detail}; a demo takes about 1.5 GB` };
};

const writable = async (root: string): Promise<Look> => {
  const folder = join(root, '.rig');
  const probe = join(folder, `doctor-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, '');
    await rm(probe, { force: true });
    return { state: 'found', detail: folder };
  } catch {
    return { state: 'missing', detail: `${folder} cannot be written`, fix: `sudo chown -R "$(id -un)" ${root}` };
  }
};

const packages = async (root: string): Promise<Look> => {
  try {
    await access(join(root, 'node_modules', '.package-lock.json'), constants.R_OK);
    return { state: 'found', detail: 'installed' };
  } catch {
    return { state: 'missing', detail: 'not installed', fix: 'npm ci' };
  }
};

const loopback = (): Promise<Look> =>
  new Promise((resolve) => {
    const server = createServer();
    const fail = (error: Error): void => {
      const fix = process.platform === 'darwin' ? 'sudo ifconfig lo0 up' : 'sudo ip link set lo up';
      resolve({ state: 'missing', detail: `no port can be opened on 127.0.0.1: ${error.message}`, fix });
    };
    server.once('error', fail);
    server.listen({ host: '127.0.0.1', port: 0 }, () => {
      server.close(() => resolve({ state: 'found', detail: 'ports on 127.0.0.1 can be opened' }));
    });
  });

/** What any program on this machine would need: tools, space, network inside the machine. */
export const machineProbes = (root: string): Probe[] => [
  { name: 'Node', look: node },
  { name: 'npm', look: () => npm(root) },
  { name: 'git', look: () => git(root) },
  { name: 'packages', look: () => packages(root) },
  { name: 'folder', look: () => writable(root) },
  { name: 'disk', look: () => disk(root) },
  { name: 'memory', look: memory },
  { name: 'loopback', look: loopback },
];
