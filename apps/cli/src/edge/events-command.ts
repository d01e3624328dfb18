import type { CommittedEnvelope } from '@rig/contracts';
import { systemClock } from '@rig/kernel';
import { parseOption, wholeNumber } from '../core/arguments.js';
import { evolveBoard, emptyBoard, type IssueBoard } from '../core/issue-board.js';
import { narrate } from '../core/narrate.js';
import { followEvents } from '../flows/follow-events.js';
import { asKnownEvent, type ConductorApi } from './conductor-api.js';
import { interruption } from './interruption.js';
import { readLive } from './live-stream.js';
import { connect } from './running-system.js';
import { printOut } from './terminal.js';

const LAST = 50;
const PAGE = 500;

type Show = (event: CommittedEnvelope) => void;

const asJson: Show = (event) => printOut(JSON.stringify(event));

/** One line an event: position, time, type, stream, sentence. */
const asText = (): Show => {
  let board: IssueBoard = emptyBoard;
  return (envelope) => {
    const event = asKnownEvent(envelope);
    if (event !== undefined) board = evolveBoard(board, event);
    const sentence = event === undefined ? '' : (narrate(event, board)?.text ?? '');
    const time = envelope.time.slice(11, 23);
    printOut(
      `${String(envelope.position).padStart(6)}  ${time}  ${envelope.type.padEnd(24)}  ${envelope.subject}  ${sentence}`.trimEnd(),
    );
  };
};

const printPages = async (api: ConductorApi, after: number, limit: number, show: Show): Promise<void> => {
  let [last, left] = [after, limit];
  while (left > 0) {
    const { events } = await api.events(last, Math.min(PAGE, left));
    for (const event of events) show(event);
    left -= events.length;
    const newest = events.at(-1);
    if (newest === undefined || events.length < Math.min(PAGE, left + events.length)) return;
    last = newest.position;
  }
};

/** `rig events`: without --after the last 50. */
export const showEvents = async (given: Record<string, unknown>): Promise<number> => {
  const limit = parseOption(wholeNumber(1, 100_000), '--limit', given['limit'], '--limit 500');
  const wanted = given['after'];
  const { api, record, token } = await connect();
  const after =
    wanted === undefined
      ? Math.max(0, (await api.events(0, 1)).head - LAST)
      : parseOption(wholeNumber(0, Number.MAX_SAFE_INTEGER), '--after', wanted, '--after 120');
  const show = given['json'] === true ? asJson : asText();
  if (given['follow'] !== true) {
    await printPages(api, after, limit, show);
    return 0;
  }
  const stop = interruption();
  const deps = {
    page: (from: number, count: number, signal: AbortSignal) => api.events(from, count, signal),
    live: (from: number, signal: AbortSignal) => readLive(record.conductorUrl, token, from, signal),
    clock: systemClock,
  };
  for await (const event of followEvents(deps, after, stop.signal)) show(event);
  stop.dispose();
  return 0;
};
