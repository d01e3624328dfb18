import { agentSubject, repoSubject, RIG_SUBJECT, type RigEvent } from '@rig/contracts';

/** A pause in force. */
export interface Pause {
  /** Log stream of what is paused: an agent's, a repository's, or `system/rig` for everything. */
  readonly subject: string;
  /** Who paused it. */
  readonly by: string;
  readonly reason: string;
  /** Tasks that are held are taken back, as long as the pause is in force. */
  readonly stopRunning: boolean;
  /** Position of the event. */
  readonly position: number;
  readonly since: string;
}

/** Pauses in force, by subject. */
export type Pauses = Readonly<Record<string, Pause>>;

/** The pause of a subject after one event of its stream; undefined when none is in force. */
export const evolvePause = (pause: Pause | undefined, event: RigEvent): Pause | undefined => {
  switch (event.type) {
    case 'AGENT_PAUSED':
    case 'REPOSITORY_PAUSED':
    case 'RIG_PAUSED': {
      const { subject, position, time, actor } = event;
      return {
        subject,
        by: actor.id,
        reason: event.data.reason,
        stopRunning: event.data.stopRunning,
        position,
        since: time,
      };
    }
    case 'AGENT_RESUMED':
    case 'REPOSITORY_RESUMED':
    case 'RIG_RESUMED':
      return undefined;
    default:
      return pause;
  }
};

/** The pause that holds for a repository (null: for any), and for an agent where one is named: the widest one first. */
export const pauseFor = (pauses: Pauses, repo: string | null, agent?: string): Pause | undefined =>
  pauses[RIG_SUBJECT] ??
  (repo === null ? undefined : pauses[repoSubject(repo)]) ??
  (agent === undefined ? undefined : pauses[agentSubject(agent)]);

const nameOf = ({ subject }: Pause): string =>
  subject === RIG_SUBJECT ? 'everything' : subject.slice(subject.indexOf('/') + 1);

/** A pause as a sentence. */
export const pauseSentence = (pause: Pause): string =>
  `${nameOf(pause)} was paused by ${pause.by}${pause.reason === '' ? '' : `: ${pause.reason}`}`;

/** The command that ends a pause. */
export const resumeCommand = (pause: Pause): string => {
  const cut = pause.subject.indexOf('/');
  return pause.subject === RIG_SUBJECT
    ? 'rig resume all'
    : `rig resume ${pause.subject.slice(0, cut)} ${pause.subject.slice(cut + 1)}`;
};
