import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';

interface Request {
  readonly model?: string;
  readonly tools?: readonly unknown[];
  readonly messages?: readonly { readonly content: unknown }[];
}

/** A model that asks for one command after another, and then is done. */
export interface FakeModel {
  readonly url: string;
  /** What the client said of each command: its output, or why it did not run. */
  readonly results: string[];
  close(): Promise<void>;
}

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const toolResults = ({ messages = [] }: Request): readonly string[] => {
  const content = messages.at(-1)?.content;
  const blocks = (Array.isArray(content) ? content : []) as readonly { type?: string; content?: unknown }[];
  return blocks.filter(({ type }) => type === 'tool_result').map((block) => asText(block.content));
};

/** One answer as the Messages API streams it. */
const stream = (response: ServerResponse, model: string, id: string, command: string | undefined): void => {
  const usage = { input_tokens: 1, output_tokens: 1 };
  const message = {
    id,
    type: 'message',
    role: 'assistant',
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  const asks = command !== undefined;
  const block = asks ? { type: 'tool_use', id: `toolu_${id}`, name: 'Bash', input: {} } : { type: 'text', text: '' };
  const delta = asks
    ? { type: 'input_json_delta', partial_json: JSON.stringify({ command, description: 'A step' }) }
    : { type: 'text_delta', text: 'Done.' };
  const end = { stop_reason: asks ? 'tool_use' : 'end_turn', stop_sequence: null };
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of [
    { type: 'message_start', message },
    { type: 'content_block_start', index: 0, content_block: block },
    { type: 'content_block_delta', index: 0, delta },
    { type: 'content_block_stop', index: 0 },
    { type: 'message_delta', delta: end, usage },
    { type: 'message_stop' },
  ]) {
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
};

export const startFakeModel = async (commands: readonly string[]): Promise<FakeModel> => {
  const results: string[] = [];
  let asked = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = request.method === 'POST' ? ((await json(request)) as Request) : {};
    if (request.url?.includes('/messages') !== true || request.url.includes('count_tokens')) {
      response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
      return;
    }
    results.push(...toolResults(body));
    // Without tools the client asks for a title or the like.
    const command = (body.tools ?? []).length > 0 ? commands[asked++] : undefined;
    stream(response, body.model ?? 'none', `msg_${asked}`, command);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    results,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
};
