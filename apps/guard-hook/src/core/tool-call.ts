/** The agents' clients whose hooks are understood. */
export type Client = 'claude-code' | 'codex' | 'gemini-cli';

/** A call that an agent's client is about to make, whichever client it is. */
export interface ToolCall {
  readonly client: Client;
  readonly tool: string;
  /** As the model made it. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Absolute: where a command would start. */
  readonly cwd: string;
  readonly session: string | null;
  readonly callId: string | null;
}
