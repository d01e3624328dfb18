import { z } from 'zod';
import { AgentId, Position, ShortText, TaskId, Time } from '../values.js';

/** Query of `GET /api/guard/blocks` and `GET /api/guard/spikes`; what is left out does not narrow. */
export const GuardReportsQuery = z.object({
  agent: AgentId.optional(),
  rule: ShortText.min(1).optional(),
  task: TaskId.optional(),
  /** Blocks of this time and later. */
  since: Time.optional(),
  /** `true`: only the workers' own tests of the guard; `false`: all but those. Default: both. */
  canary: z.stringbool().optional(),
  /** The `next` of the page before. */
  before: z.coerce.number().pipe(Position).optional(),
  /** Default 100, limits 1 to 500. */
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export type GuardReportsQuery = z.output<typeof GuardReportsQuery>;

const Folder = z.string().regex(/^\//, 'must be an absolute path').max(4_096);

/** Where a question without a folder is judged: what it names relatively lies inside, all else outside. */
export const GUARD_DEFAULT_WORKSPACE = '/workspace';

/** Questions of one request at most. */
export const GUARD_MAX_QUESTIONS = 100;

/** One question of `POST /v1/check`: a shell command, or the call of a tool. */
export const GuardQuestion = z
  .object({
    /** Shell text. What is longer than 128 KiB is refused by the guard, not by the contract. */
    cmd: z.string().optional(),
    /** Name of the tool as the agent's client gives it, for example `Write`. */
    tool: z.string().min(1).max(200).optional(),
    /** The tool's input. */
    input: z.unknown().optional(),
    /** The folder it would run in. Default: the workspace. */
    cwd: Folder.optional(),
    /** The folder the task may change. Default: `cwd`, else `/workspace`. */
    workspace: Folder.optional(),
    /** Text of scripts that the command would run, by absolute path; nobody reads the caller's disk. */
    scripts: z.record(Folder, z.string().max(131_072)).optional(),
    /** Names the question, so that the same one asked again counts once. */
    id: z.uuid().optional(),
    /** The task and attempt it is asked for; for the record. */
    taskId: TaskId.nullish(),
    fence: Position.nullish(),
  })
  .refine(({ cmd, tool }) => (cmd === undefined) !== (tool === undefined), {
    path: ['cmd'],
    message: 'either cmd or tool must be given',
  });
export type GuardQuestion = z.infer<typeof GuardQuestion>;

/** `POST /v1/check`: one question or an array of them. */
export const GuardQuestions = z.array(GuardQuestion).min(1).max(GUARD_MAX_QUESTIONS);

/** The answer to one question. */
export const GuardVerdict = z.object({
  decision: z.enum(['allow', 'block']),
  /** Id of the rule, `fs.rm.root`; with a block alone, as are the next four. */
  rule: z.string().optional(),
  category: z.string().optional(),
  /** What was refused and why, for the agent. */
  message: z.string().optional(),
  /** What may be done instead. */
  alternative: z.string().optional(),
  /** Through what it was found, outermost first. */
  via: z.array(z.string()).optional(),
  policyHash: z.string(),
});
export type GuardVerdict = z.infer<typeof GuardVerdict>;

/** The answer of `POST /v1/check`: decisions in the order of the questions. */
export const GuardVerdicts = z.object({
  decisions: z.array(GuardVerdict),
  /** With a block of an agent: whether it is stored for the log already; else it is kept in memory until it can be. */
  recorded: z.boolean().optional(),
});
export type GuardVerdicts = z.infer<typeof GuardVerdicts>;
