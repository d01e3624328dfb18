/** One message of an event stream (text/event-stream). */
export interface SseMessage {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

/** Characters one message may have; beyond it the connection is of no use. */
const MAX_MESSAGE = 4_000_000;

const parseBlock = (block: string): SseMessage | undefined => {
  let [id, event] = ['', 'message'];
  const data: string[] = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    if (colon === 0 || line === '') continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'id') id = value;
    else if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
  }
  return data.length === 0 ? undefined : { id, event, data: data.join('\n') };
};

/** Feeds text in any cut into whole messages; what is not complete yet waits in `rest`. */
export const feedSse = (rest: string, chunk: string): { messages: readonly SseMessage[]; rest: string } => {
  const blocks = (rest + chunk).split(/\r\n\r\n|\n\n|\r\r/);
  const open = blocks.pop() ?? '';
  if (open.length > MAX_MESSAGE) return { messages: [], rest: '' };
  return {
    messages: blocks.flatMap((block) => {
      const message = parseBlock(block);
      return message === undefined ? [] : [message];
    }),
    rest: open,
  };
};
