import { AgentId, Position, TaskId } from '@rig/contracts';
import { isoTime } from '@rig/kernel';
import { z } from 'zod';
import { parseOption, Ttl, wholeNumber } from '../../core/arguments.js';
import { oneLine, table } from '../../core/format.js';
import { createGuardApi, type BlockRow, type GuardApi, type SpikeRow } from '../guard-api.js';
import { connect } from '../running-system.js';
import { printJson, printOut } from '../terminal.js';

const Since = z.union([z.iso.datetime({ offset: true }), Ttl], {
  error: 'not a time such as 24h or 2026-03-02T09:30:00Z',
});

const Options = {
  agent: [AgentId, '--agent dev-e-1'],
  task: [TaskId, '--task 0197f3a0-0000-8000-8000-000000000001'],
  rule: [z.string().min(1).max(200), '--rule fs.rm.root'],
  before: [wholeNumber(1, Number.MAX_SAFE_INTEGER).pipe(Position), '--before 120'],
  limit: [wholeNumber(1, 500), '--limit 50'],
} as const;

const queryOf = (given: Record<string, unknown>): URLSearchParams => {
  const query = new URLSearchParams();
  for (const [name, [schema, example]] of Object.entries(Options)) {
    if (given[name] === undefined) continue;
    query.set(name, String(parseOption(schema as z.ZodType<string | number>, `--${name}`, given[name], example)));
  }
  const since = given['since'];
  if (since !== undefined) {
    const time = parseOption(Since, '--since', since, '--since 24h');
    query.set('since', typeof time === 'number' ? isoTime(Date.now() - time) : time);
  }
  return query;
};

const open = async (): Promise<GuardApi> => {
  const { record, token } = await connect();
  return createGuardApi({ url: record.conductorUrl, token });
};

const placeOf = (subject: string | null): string =>
  subject?.replace(/^(?:issue|pull)\/(.+)\/([0-9]+)$/, '$1#$2') ?? '-';

const blockRow = (block: BlockRow): readonly string[] => [
  block.blockedAt,
  block.agent,
  `${block.rule}${block.canary ? ' (canary)' : ''}`,
  placeOf(block.taskSubject),
  oneLine(block.command, 100),
];

const spikeRow = (spike: SpikeRow): readonly string[] => [
  spike.windowTo,
  spike.agent,
  spike.cause,
  String(spike.blocks),
  spike.rules.map(({ rule, blocks }) => `${rule} ${blocks}`).join(', '),
];

const nextLine = (next: number | null): readonly string[] => (next === null ? [] : [`more: --before ${next}`]);

/** `rig guard blocks` */
export const showBlocks = async (given: Record<string, unknown>): Promise<number> => {
  const query = queryOf(given);
  if (given['canary'] !== true) query.set('canary', 'false');
  const page = await (await open()).blocks(query);
  if (given['json'] === true) printJson(page);
  else {
    const rows = table(['WHEN', 'AGENT', 'RULE', 'TASK OF', 'COMMAND'], page.blocks.map(blockRow));
    printOut([...rows, ...nextLine(page.next)].join('\n'));
  }
  return 0;
};

/** `rig guard spikes` */
export const showSpikes = async (given: Record<string, unknown>): Promise<number> => {
  const page = await (await open()).spikes(queryOf(given));
  if (given['json'] === true) printJson(page);
  else {
    const rows = table(['WHEN', 'AGENT', 'CAUSE', 'BLOCKS', 'RULES'], page.spikes.map(spikeRow));
    printOut([...rows, ...nextLine(page.next)].join('\n'));
  }
  return 0;
};
