/** What a fault point does when it is armed: `kill` as kill -9, `stop` as SIGSTOP (somebody sends SIGCONT later). */
export type FaultKind = 'kill' | 'stop';

export interface ArmedFault {
  readonly name: string;
  /** The passing at which it happens, counted from 1. */
  readonly passing: number;
  readonly kind: FaultKind;
}

/** Reads `<name>[:passing][:kill|stop]`; undefined for anything else. */
export const parseFaultPoint = (text: string | undefined): ArmedFault | undefined => {
  const match = /^([a-z]+(?:[.-][a-z]+)*)(?::([1-9][0-9]{0,5}))?(?::(kill|stop))?$/.exec(text ?? '');
  if (match?.[1] === undefined) return undefined;
  return { name: match[1], passing: Number(match[2] ?? 1), kind: match[3] === 'stop' ? 'stop' : 'kill' };
};

/** The fault point of a process with one armed fault; `strike` ends or stops it. */
export const createFaultPoint = (
  armed: ArmedFault | undefined,
  strike: (kind: FaultKind) => void,
): ((name: string) => void) => {
  if (armed === undefined) return () => undefined;
  let passings = 0;
  return (name) => {
    if (name !== armed.name) return;
    passings += 1;
    if (passings === armed.passing) strike(armed.kind);
  };
};

/**
 * A named place at which the fault suite ends or stops the process: behind a receive, behind a durable write, round an
 * outbound call, before an acknowledgement. It does nothing unless RIG_FAULT_POINT names it when the process starts.
 * The suite finds the names by reading the sources, so a name is a literal, in lower case, used in one place.
 */
export const faultPoint: (name: string) => void = createFaultPoint(
  parseFaultPoint(process.env['RIG_FAULT_POINT']),
  (kind) => void process.kill(process.pid, kind === 'kill' ? 'SIGKILL' : 'SIGSTOP'),
);
