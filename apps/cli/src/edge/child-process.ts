import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { ProcessSpec } from '../core/process-spec.js';
import type { RunningProcess } from '../flows/supervise.js';
import { openBoundedLog, type BoundedLog } from './bounded-log.js';

/** Beside this file, compiled or not: Node 24 runs either. */
const PRELOAD = import.meta.url.replace(/child-process(\.[jt]s)$/, 'die-with-parent$1');

/** What a child inherits; all else comes from its spec, so that no secret of the operator's shell leaks in. */
const INHERITED = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'USER', 'SSL_CERT_FILE', 'NODE_EXTRA_CA_CERTS'];
const INHERITED_PREFIX = /^(OTEL_|LOG_LEVEL$|HTTPS?_PROXY$|NO_PROXY$)/i;

const inherited = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && (INHERITED.includes(name) || INHERITED_PREFIX.test(name)) ? [[name, value]] : [],
    ),
  );

const killGroup = (pid: number): void => {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody of the group is left.
  }
};

const whenEnded = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code ?? -1}`));
  });

/** Ends a child: SIGTERM to itself (it drains its own children), after the grace SIGKILL to its group. */
const end = async (child: ChildProcess, exited: Promise<string>, graceMs: number): Promise<void> => {
  if (child.pid === undefined) return;
  child.kill('SIGTERM');
  const giveUp = new AbortController();
  const late = pause(graceMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
  await Promise.race([exited, late]);
  giveUp.abort();
  killGroup(child.pid);
  await exited;
};

/** Starts Node processes, each leading a process group of its own, its output in `<logs>/<name>.log`. */
export const createLauncher = (logs: string): { launch(spec: ProcessSpec): RunningProcess; close(): void } => {
  const open = new Map<string, BoundedLog>();
  const logOf = (name: string): BoundedLog => {
    const log = open.get(name) ?? openBoundedLog(join(logs, `${name}.log`));
    open.set(name, log);
    return log;
  };
  return {
    launch: (spec) => {
      const log = logOf(spec.name);
      const preloads = [PRELOAD, ...(spec.preloads ?? [])].flatMap((module) => ['--import', module]);
      const child = spawn(process.execPath, [...preloads, spec.entry, ...spec.args], {
        // A group of its own: Ctrl-C must reach the supervisor only, which then ends all in order.
        detached: true,
        stdio: ['pipe', 'pipe', 'pipe'],
        env: { ...inherited(), HOSTNAME: spec.name, ...spec.env, RIG_PARENT_PIPE: '1' },
      });
      const exited = whenEnded(child);
      child.stdin.on('error', () => undefined);
      log.take(child.stdout);
      log.take(child.stderr);
      void exited.then((how) => log.note(`-- ${spec.name} (pid ${child.pid ?? 0}) ended: ${how}`));
      return {
        pid: child.pid ?? 0,
        exited,
        end: (graceMs) => end(child, exited, graceMs),
        sweep: () => {
          if (child.pid !== undefined) killGroup(child.pid);
        },
      };
    },
    close: () => {
      for (const log of open.values()) log.close();
    },
  };
};
