import {
  EVENTS_STREAM,
  eventDefinitions,
  FACTS_STREAM,
  INBOX_STREAM,
  AgentFactData,
  DispatcherFactData,
  GuardFactData,
  Offer,
} from '@rig/contracts';
import { z } from 'zod';

const json = (schema: z.ZodType): unknown => {
  const { $schema: _unused, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return rest;
};

const reference = (name: string): { $ref: string } => ({ $ref: `#/components/messages/${name}` });

/** docs/asyncapi.json: the streams and their messages, AsyncAPI 3.0. */
export const asyncApiPage = async (): Promise<string> => {
  const facts = { ...AgentFactData, ...DispatcherFactData, ...GuardFactData };
  const messages = {
    ...Object.fromEntries(
      eventDefinitions.map((event) => [
        event.type,
        { name: event.type, summary: event.sentence, payload: json(event.data), examples: [{ payload: event.golden }] },
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(facts).map(([type, schema]) => [`fact.${type}`, { name: type, payload: json(schema) }]),
    ),
    offer: { name: 'offer', payload: json(Offer) },
    inbox: { name: 'inbox', payload: json(z.object({ inboxId: z.uuid() })) },
  };
  const channel = (address: string, description: string, names: readonly string[]) => ({
    address,
    description,
    messages: Object.fromEntries(names.map((name) => [name, reference(name)])),
  });
  const page = {
    asyncapi: '3.0.0',
    info: { title: 'Rig', version: '0.1.0', description: 'Valkey streams. Each entry has one field, json.' },
    channels: {
      events: channel(
        EVENTS_STREAM,
        'What was committed; the entry id is the position.',
        eventDefinitions.map(({ type }) => type),
      ),
      facts: channel(
        FACTS_STREAM,
        'What services report and propose.',
        Object.keys(facts).map((type) => `fact.${type}`),
      ),
      inbox: channel(INBOX_STREAM, 'Wake-ups: an entry of the inbox waits.', ['inbox']),
      tasks: {
        ...channel('rig:{agent}:tasks', 'Offers to one agent.', ['offer']),
        parameters: { agent: { description: 'The id of the agent.' } },
      },
    },
    components: { messages },
  };
  return `${JSON.stringify(page, null, 2)}\n`;
};
