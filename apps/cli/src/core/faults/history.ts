/** One thing that the suite did, or saw happen. */
export type Operation =
  | { readonly op: 'filed'; readonly issue: number }
  /** A webhook of the suite's own; `status` is null when no answer came. `id` is what the gateway answered. */
  | {
      readonly op: 'sent';
      readonly guid: string;
      readonly event: string;
      readonly status: number | null;
      readonly id: string | null;
      readonly ms: number;
    }
  /** A request in an agent's name. */
  | { readonly op: 'asked'; readonly what: string; readonly status: number | null; readonly code: string | null }
  | { readonly op: 'signal'; readonly process: string; readonly signal: string }
  | { readonly op: 'armed'; readonly process: string; readonly point: string }
  | { readonly op: 'started'; readonly process: string; readonly pid: number }
  | { readonly op: 'died'; readonly process: string; readonly how: string }
  | { readonly op: 'link'; readonly link: string; readonly what: string }
  | { readonly op: 'valkey'; readonly command: string }
  /** What a row had to say of its own course. */
  | { readonly op: 'note'; readonly text: string }
  /** A pass of the checks, and what they found. */
  | { readonly op: 'checked'; readonly invariants: readonly string[]; readonly found: readonly string[] };

/** When, in milliseconds since the row began. */
export type Recorded = Operation & { readonly at: number };

/** Everything that was done in one world, in order. */
export interface History {
  add(operation: Operation): void;
  all(): readonly Recorded[];
}

/** One row of the inbox. */
export interface InboxRow {
  readonly id: string;
  readonly kind: 'delivery' | 'fact';
  readonly guid: string | null;
  readonly event: string;
  readonly outcome: 'applied' | 'ignored' | 'refused' | null;
  readonly reason: string | null;
}

/** One entry of a dead list. */
export interface DeadRow {
  readonly list: string;
  readonly reason: string;
  /** The payload as text. */
  readonly json: string;
}

/** A delivery as the forge keeps it. */
export interface ForgeDelivery {
  readonly guid: string;
  readonly status: number;
}

/** The last word of an attempt, as its worker logged it. */
export interface AttemptEnd {
  readonly taskId: string;
  readonly fence: number;
  readonly end: string;
}

export interface Accepted {
  readonly history: readonly Recorded[];
  readonly deliveries: readonly ForgeDelivery[];
  readonly inbox: readonly InboxRow[];
  readonly dead: readonly DeadRow[];
}

const isAccepted = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** What is wrong with the fate of one item that was answered 202. */
const fateOf = (what: string, row: InboxRow | undefined, dead: readonly DeadRow[]): readonly string[] => {
  if (row === undefined) return [`I2: ${what} was answered 202 and is not in the inbox`];
  if (row.outcome !== null) {
    return row.reason === null || row.reason === '' ? [`I2: ${what} was ${row.outcome} without a reason`] : [];
  }
  const buried = dead.find(({ json }) => json.includes(row.id));
  if (buried === undefined) return [`I2: ${what} was answered 202 and is neither settled nor dead-lettered`];
  return buried.reason === '' ? [`I2: ${what} is dead-lettered without a reason`] : [];
};

/** I2, the front door's half: whatever was answered 202 is kept, and settled once with a reason or dead-lettered. */
export const checkAccepted = ({ history, deliveries, inbox, dead }: Accepted): readonly string[] => {
  const byId = new Map(inbox.map((row) => [row.id, row]));
  const byGuid = new Map(inbox.flatMap((row) => (row.guid === null ? [] : [[row.guid, row] as const])));
  const own = history.flatMap((operation) => (operation.op === 'sent' ? [operation] : []));
  const arrived = new Set(deliveries.filter(({ status }) => isAccepted(status)).map(({ guid }) => guid));
  return [
    ...own
      .filter(({ status }) => isAccepted(status))
      .flatMap(({ guid, id }) => fateOf(`delivery ${guid}`, byId.get(id ?? '') ?? byGuid.get(guid), dead)),
    ...[...arrived].flatMap((guid) => fateOf(`the forge's delivery ${guid}`, byGuid.get(guid), dead)),
    ...inbox.filter(({ outcome }) => outcome === null).flatMap((row) => fateOf(`${row.event} ${row.id}`, row, dead)),
  ];
};
