import { duration, type Palette } from './format.js';
import type { IssueBoard, IssuePhase, IssueTrack } from './issue-board.js';

const ORDER: readonly IssuePhase[] = [
  'filed',
  'ready',
  'assigned',
  'working',
  'in review',
  'fixing',
  'merging',
  'done',
  'blocked',
  'closed',
];

export type PhaseCounts = Readonly<Record<IssuePhase, number>>;

export const countPhases = (tracks: Iterable<IssueTrack>): PhaseCounts => {
  const counts = Object.fromEntries(ORDER.map((phase) => [phase, 0])) as Record<IssuePhase, number>;
  for (const track of tracks) counts[track.phase] += 1;
  return counts;
};

const BAR = 24;

/** `12.0 s  [██████······]  25/50 done · 5 working · 3 in review`: where a crowd of issues stands. */
export const crowdLine = (board: IssueBoard, total: number, elapsedMs: number, palette: Palette): string => {
  const counts = countPhases(board.issues.values());
  const full = total === 0 ? 0 : Math.floor((counts.done / total) * BAR);
  const bar = `${palette.good('█'.repeat(full))}${palette.dim('·'.repeat(BAR - full))}`;
  const rest = ORDER.filter((phase) => phase !== 'done' && counts[phase] > 0).map((phase) => {
    const text = `${counts[phase]} ${phase}`;
    return phase === 'blocked' ? palette.bad(text) : text;
  });
  const parts = [palette.strong(`${counts.done}/${total} done`), ...rest];
  return `${duration(elapsedMs).padStart(12)}  ${bar}  ${parts.join(' · ')}`;
};
