/** What an armed fault point does: `kill` as kill -9, `stop` as SIGSTOP (somebody sends SIGCONT later). */
export type FaultKind = 'kill' | 'stop';

export interface FaultOrder {
  readonly name: string;
  /** The passing at which it happens, counted from 1 since it was armed. */
  readonly passing: number;
  readonly kind: FaultKind;
}

/** Reads `<name>[:passing][:kill|stop]`; undefined for anything else. */
export const parseFaultOrder = (text: string): FaultOrder | undefined => {
  const match = /^([a-z]+(?:[.-][a-z]+)*)(?::([1-9][0-9]{0,5}))?(?::(kill|stop))?$/.exec(text);
  if (match?.[1] === undefined) return undefined;
  return { name: match[1], passing: Number(match[2] ?? 1), kind: match[3] === 'stop' ? 'stop' : 'kill' };
};

/** What the fault points of one process are told and tell. */
export interface FaultDesk {
  /** The order for a point, in the words of `parseFaultOrder`; undefined while it is not armed. */
  orderFor(name: string): string | undefined;
  /** The first passing of a point in this life of the process. */
  onFirst(name: string): void;
  /** Carries an order out: it must not be found again in the next life. */
  strike(order: FaultOrder): void;
}

/** Counts passings and strikes at the one that was asked for. */
export const createFaultHook = (desk: FaultDesk): ((name: string) => void) => {
  const known = new Set<string>();
  const counted = new Map<string, number>();
  return (name) => {
    if (!known.has(name)) desk.onFirst(name);
    known.add(name);
    const text = desk.orderFor(name);
    if (text === undefined) return void counted.delete(name);
    const order = parseFaultOrder(text);
    const passings = (counted.get(name) ?? 0) + 1;
    counted.set(name, passings);
    if (order === undefined || passings < order.passing) return;
    counted.delete(name);
    desk.strike(order);
  };
};
