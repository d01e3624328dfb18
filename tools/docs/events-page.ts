import { eventDefinitions } from '@rig/contracts';
import { z } from 'zod';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

interface Property {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly pattern?: string;
  readonly format?: string;
  readonly maxLength?: number;
  readonly maxItems?: number;
}

const typeOf = (property: Property): string => {
  if (property.enum !== undefined) return property.enum.map((value) => `\`${value}\``).join(', ');
  if (property.anyOf !== undefined) return property.anyOf.map(typeOf).join(' or ');
  if (property.items !== undefined) return `list of ${typeOf(property.items)}`;
  const limit = property.maxLength === undefined ? '' : `, at most ${property.maxLength}`;
  return `${property.format ?? String(property.type ?? 'any')}${limit}`;
};

/** docs/events.md: every event, what it means, where it lies, who acts on it, and its fields. */
export const eventsPage = async (): Promise<string> => {
  const lines = [
    '# Events',
    '',
    'Generated from `libs/contracts/src/events`; change it there. An event is a fact that the conductor has committed,',
    'with a position in the log. Facts, offers and HTTP bodies are in `libs/contracts/src/streams` and `…/http`.',
    '',
    '| event | lies on | meaning | acted on by |',
    '|---|---|---|---|',
    ...eventDefinitions.map((event) => {
      const consumers = event.consumers.length === 0 ? 'kept for audit' : event.consumers.join(', ');
      const row = [
        `[${event.type}](#${event.type.toLowerCase()})`,
        event.subject.join(', '),
        event.sentence,
        consumers,
      ];
      return `| ${row.map(cell).join(' | ')} |`;
    }),
    '',
  ];
  for (const event of eventDefinitions) {
    const schema = z.toJSONSchema(event.data) as { properties?: Record<string, Property>; required?: string[] };
    lines.push(
      `## ${event.type}`,
      '',
      `${event.sentence} Version ${event.version}.`,
      '',
      '| field | type |',
      '|---|---|',
    );
    for (const [name, property] of Object.entries(schema.properties ?? {})) {
      const optional = schema.required?.includes(name) === true ? '' : ' (optional)';
      lines.push(`| ${name}${optional} | ${cell(typeOf(property))} |`);
    }
    lines.push('', '```json', JSON.stringify(event.golden), '```', '');
  }
  return `${lines.join('\n').trimEnd()}\n`;
};
