import type { SqlPool } from '@rig/event-store';
import { z } from 'zod';

/** What one statement did, the statements inside functions counted by themselves. */
export interface ReadPlan {
  readonly statement: string;
  /** Growing tables that were read from end to end. */
  readonly scans: readonly string[];
  /** Pages looked at, in memory or not. */
  readonly pages: number;
}

interface Node {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string | undefined;
  readonly 'Shared Hit Blocks'?: number | undefined;
  readonly 'Shared Read Blocks'?: number | undefined;
  readonly Plans?: readonly Node[] | undefined;
}

const Node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    'Node Type': z.string(),
    'Relation Name': z.string().optional(),
    'Shared Hit Blocks': z.number().optional(),
    'Shared Read Blocks': z.number().optional(),
    Plans: z.array(Node).optional(),
  }),
);
const Notice = z.object({ 'Query Text': z.string(), Plan: Node });

const scansOf = (node: Node, growing: readonly string[]): readonly string[] => [
  ...(node['Node Type'] === 'Seq Scan' && growing.includes(node['Relation Name'] ?? '')
    ? [`${node['Node Type']} on ${node['Relation Name'] ?? ''}`]
    : []),
  ...(node.Plans ?? []).flatMap((inner) => scansOf(inner, growing)),
];

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': '0',
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_buffers': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
};

/** Reads the plans of everything that is run on a database, as Postgres itself tells them while it runs. */
export const createPlanReader = (growing: readonly string[]) => {
  let plans: ReadPlan[] = [];
  const note = (message: string | undefined): void => {
    const json = /plan:\s*(\{[\s\S]*\})\s*$/.exec(message ?? '')?.[1];
    if (json === undefined) return;
    const { 'Query Text': statement, Plan } = Notice.parse(JSON.parse(json));
    const pages = (Plan['Shared Hit Blocks'] ?? 0) + (Plan['Shared Read Blocks'] ?? 0);
    plans.push({ statement: statement.replaceAll(/\s+/g, ' ').slice(0, 300), scans: scansOf(Plan, growing), pages });
  };
  return {
    /** For connections that are made from now on. */
    enable: async (pool: SqlPool): Promise<void> => {
      const found = await pool.query<{ name: string }>('select current_database() as name');
      for (const [name, value] of Object.entries(SETTINGS)) {
        await pool.query(`alter database ${found.rows[0]?.name ?? ''} set ${name} = '${value}'`);
      }
    },
    listen: (pool: SqlPool): void => {
      pool.on('connect', (client) => void client.on('notice', ({ message }) => note(message)));
    },
    /** The plans since the last call. */
    take: (): readonly ReadPlan[] => {
      const taken = plans;
      plans = [];
      return taken;
    },
  };
};
