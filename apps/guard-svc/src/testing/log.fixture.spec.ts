import { currentDataSchema, type CommittedEnvelope, type EventBodyOf } from '@rig/contracts';
import { derivedId, isoTime } from '@rig/kernel';

export const NOON = Date.UTC(2026, 2, 2, 12);
export const MINUTE = 60_000;

const envelope = (position: number, body: { type: string; data: object }, more: object = {}): CommittedEnvelope => ({
  id: derivedId('test event', position),
  source: 'rig/conductor',
  subject: 'agent/dev-e-1',
  time: isoTime(NOON),
  actor: { kind: 'agent', id: 'dev-e-1' },
  type: body.type,
  dataschema: currentDataSchema('GUARD_BLOCKED').replace('GUARD_BLOCKED', body.type),
  data: { ...body.data },
  position,
  version: position,
  ...more,
});

type BlockData = EventBodyOf<'GUARD_BLOCKED'>['data'];

/** A block at so many minutes after noon. */
export const blockEvent = (position: number, minutes: number, change: Partial<BlockData> = {}): CommittedEnvelope => {
  const data: BlockData = {
    agent: 'dev-e-1',
    taskId: null,
    fence: null,
    taskSubject: null,
    tool: 'Bash',
    rule: 'priv.sudo',
    category: 'privilege',
    command: 'sudo true',
    via: [],
    policyHash: 'built-in',
    canary: false,
    blockedAt: isoTime(NOON + minutes * MINUTE),
    ...change,
  };
  return envelope(position, { type: 'GUARD_BLOCKED', data }, { subject: `agent/${data.agent}` });
};

/** Anything else. */
export const otherEvent = (position: number): CommittedEnvelope =>
  envelope(position, { type: 'AGENT_RESUMED', data: { agent: 'dev-e-1' } });

/** The log's answer to a fact of guard-svc. */
export const answerEvent = (position: number, causationid: string): CommittedEnvelope => ({
  ...blockEvent(position, 0, { canary: true }),
  causationid,
  actor: { kind: 'service', id: 'guard-svc' },
});
