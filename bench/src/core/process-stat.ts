/** One process as /proc tells of it. */
export interface ProcessStat {
  readonly pid: number;
  readonly parent: number;
  /** Seconds of CPU that it took itself. */
  readonly ownSeconds: number;
  /** Seconds of CPU of the processes that it started and that have ended. */
  readonly endedSeconds: number;
  readonly command: string;
}

/** Linux counts CPU time in hundredths of a second, on every platform that Node runs on. */
const TICKS = 100;

/** Reads a line of /proc/<pid>/stat. The name in it may hold anything, brackets and blanks too. */
export const parseStat = (line: string, command: string): ProcessStat | undefined => {
  const open = line.indexOf(' (');
  const close = line.lastIndexOf(') ');
  if (open < 0 || close < 0) return undefined;
  // From the state on, which proc(5) calls field 3.
  const fields = line.slice(close + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number(line.slice(0, open)),
    parent: field(4),
    ownSeconds: (field(14) + field(15)) / TICKS,
    endedSeconds: (field(16) + field(17)) / TICKS,
    command,
  };
};

/** The processes below one, itself first. */
export const below = (all: readonly ProcessStat[], root: number): readonly ProcessStat[] => {
  const children = new Map<number, ProcessStat[]>();
  for (const one of all) children.set(one.parent, [...(children.get(one.parent) ?? []), one]);
  const found = all.filter(({ pid }) => pid === root);
  for (const { pid } of found) found.push(...(children.get(pid) ?? []));
  return found;
};

/** Where the CPU time of a running system went, in seconds since its start. */
export interface CpuSplit {
  /** Services, workers and the supervisor, without what they started. */
  readonly rig: number;
  /** Postgres and Valkey. */
  readonly stores: number;
  /** What workers started: git, the agent, npm test. */
  readonly work: number;
  /** The stand-in for GitHub itself. */
  readonly forge: number;
  /** What the forge started: git, required checks. */
  readonly checks: number;
}

const appOf = ({ command }: ProcessStat): string | undefined => /\/apps\/([a-z-]+)\/dist\/main\.js/.exec(command)?.[1];

/** All CPU time of a process and of everything it started, living or ended. */
const whole = (all: readonly ProcessStat[], root: number): number =>
  below(all, root).reduce((sum, { ownSeconds, endedSeconds }) => sum + ownSeconds + endedSeconds, 0);

/** Splits the CPU time of `rig demo` by who took it; `root` is the command's process. */
export const splitCpu = (all: readonly ProcessStat[], root: number): CpuSplit => {
  const tree = below(all, root);
  const split = { rig: 0, stores: 0, work: 0, forge: 0, checks: 0 };
  for (const one of tree) {
    const app = appOf(one);
    if (app === undefined) continue;
    const started = app === 'cli' ? 0 : whole(all, one.pid) - one.ownSeconds;
    if (app === 'dev-forge') {
      split.forge += one.ownSeconds;
      split.checks += started;
    } else {
      split.rig += one.ownSeconds;
      split.work += started;
    }
  }
  for (const { pid, parent, command } of tree) {
    if (parent === root && /^\S*(?:postgres|valkey-server|redis-server)\b/.test(command))
      split.stores += whole(all, pid);
  }
  return split;
};
