/** An entry of a stream in memory. */
export interface MemoryEntry {
  readonly id: string;
  readonly json: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

interface Pending {
  consumer: string;
  tries: number;
  since: number;
}

export interface MemoryGroup {
  readonly name: string;
  lastId: string;
  readonly pending: Map<string, Pending>;
}

const parts = (id: string): readonly [number, number] => {
  const [ms = '0', seq = '0'] = id.split('-');
  return [Number(ms), Number(seq)];
};

/** Below zero when `a` comes before `b`. */
export const compareIds = (a: string, b: string): number => {
  const [ams, aseq] = parts(a);
  const [bms, bseq] = parts(b);
  return ams - bms || aseq - bseq;
};

/** What Valkey keeps of one stream, with the rules that Rig relies on. */
export class MemoryStream {
  entries: MemoryEntry[] = [];
  lastId = '0-0';
  readonly groups = new Map<string, MemoryGroup>();
  private waiting: (() => void)[] = [];

  /** `id` may be exact, `<ms>-*`, or `*`; an exact id must be above the last one. Undefined when it is not. */
  add(json: string, now: number, id = '*'): string | undefined {
    const [lastMs, lastSeq] = parts(this.lastId);
    let next = id;
    if (id === '*') next = now > lastMs ? `${now}-0` : `${lastMs}-${lastSeq + 1}`;
    else if (id.endsWith('-*')) {
      const ms = Number(id.slice(0, -2));
      next = ms === lastMs ? `${ms}-${lastSeq + 1}` : `${ms}-0`;
    }
    if (compareIds(next, this.lastId) <= 0) return undefined;
    this.entries.push({ id: next, json, at: now });
    this.lastId = next;
    this.wake();
    return next;
  }

  get(id: string): MemoryEntry | undefined {
    return this.entries.find((entry) => entry.id === id);
  }

  remove(id: string): boolean {
    const before = this.entries.length;
    this.entries = this.entries.filter((entry) => entry.id !== id);
    return this.entries.length < before;
  }

  group(name: string): MemoryGroup {
    const known = this.groups.get(name);
    if (known !== undefined) return known;
    const group: MemoryGroup = { name, lastId: '0-0', pending: new Map() };
    this.groups.set(name, group);
    return group;
  }

  unread(group: MemoryGroup): readonly MemoryEntry[] {
    return this.entries.filter((entry) => compareIds(entry.id, group.lastId) > 0);
  }

  /** Hands new entries to a consumer; they are pending from then on. */
  read(name: string, consumer: string, count: number, now: number): readonly MemoryEntry[] {
    const group = this.group(name);
    const found = this.unread(group).slice(0, count);
    for (const { id } of found) {
      group.lastId = id;
      group.pending.set(id, { consumer, tries: 1, since: now });
    }
    return found;
  }

  /** Pending ids, oldest first. */
  pendingIds(name: string, of: (pending: Pending) => boolean = () => true): readonly string[] {
    return [...this.group(name).pending]
      .filter(([, pending]) => of(pending))
      .map(([id]) => id)
      .sort(compareIds);
  }

  /** Entries older than `now − keepMs` that no group needs; those beyond `hardKeepMs` in any case. */
  trim(now: number, keepMs: number, hardKeepMs: number | undefined): number {
    const needed = (id: string): boolean =>
      [...this.groups.values()].some((group) => group.pending.has(id) || compareIds(id, group.lastId) > 0);
    const before = this.entries.length;
    const keep = this.entries.findIndex(({ id, at }) => {
      if (hardKeepMs !== undefined && at <= now - hardKeepMs) return false;
      return at > now - keepMs || needed(id);
    });
    this.entries = keep < 0 ? [] : this.entries.slice(keep);
    return before - this.entries.length;
  }

  onAdd(resolve: () => void): void {
    this.waiting.push(resolve);
  }

  wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}

/** All streams and leases of one bus in memory. */
export class MemoryStore {
  readonly streams = new Map<string, MemoryStream>();
  readonly leases = new Map<string, { fence: number; owner: string; until: number }>();
  readonly alive = new Map<string, number>();
  readonly names = new Map<string, { readonly owner: string; readonly until: number }>();

  stream(key: string): MemoryStream {
    const known = this.streams.get(key);
    if (known !== undefined) return known;
    const stream = new MemoryStream();
    this.streams.set(key, stream);
    return stream;
  }
}
