import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  agentSubject,
  currentDataSchema,
  DEAD_LETTERS_SUBJECT,
  eventDefinitions,
  parseEvent,
  parsePlace,
  parseSubject,
  repoOfSubject,
  RIG_SUBJECT,
} from './index.js';

const sources = (app: string): string =>
  readdirSync(`apps/${app}/src`, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !/\.(spec|features)\.ts$/.test(entry.name))
    .filter((entry) => !entry.parentPath.includes('testing'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n');

const conductor = sources('conductor');
const text = { conductor, dispatcher: sources('dispatcher'), 'agent-worker': sources('agent-worker') };

const golden = (type: (typeof eventDefinitions)[number]) => ({
  id: '0197f3a0-0000-8000-8000-000000000001',
  source: 'rig/conductor',
  subject: {
    issue: 'issue/acme/greeter/7',
    pull: 'pull/acme/greeter/8',
    repo: 'repo/acme/greeter',
    agent: 'agent/dev-e-node',
    system: 'system/rig',
  }[type.subject[0] ?? 'issue'],
  time: '2026-03-02T09:30:00.000Z',
  actor: { kind: 'person', id: 'ada' },
  type: type.type,
  dataschema: currentDataSchema(type.type),
  data: type.golden,
  position: 1,
  version: 1,
});

describe('the event catalogue', () => {
  it('names each event once', () => {
    const types = eventDefinitions.map(({ type }) => type);
    expect(new Set(types).size).toBe(types.length);
  });

  it.each(eventDefinitions.map((definition) => [definition.type, definition] as const))(
    '%s reads its golden data',
    (_type, definition) => {
      expect(parseEvent(golden(definition))).toMatchObject({ ok: true, value: { data: definition.golden } });
    },
  );

  it.each(eventDefinitions.map((definition) => [definition.type, definition] as const))(
    '%s has a producer in the tree, and someone who acts on it or keeps it for audit',
    (type, definition) => {
      expect(text[definition.producer]).toContain(`'${type}'`);
      expect(definition.audit === true || definition.consumers.length > 0).toBe(true);
    },
  );

  it('refuses an unknown type, an unknown version and misfit data, each by its own code', () => {
    const [definition] = eventDefinitions;
    const event = golden(definition);
    const code = (change: object) => {
      const parsed = parseEvent({ ...event, ...change });
      return parsed.ok ? 'OK' : parsed.refusal.code;
    };
    expect(code({ type: 'NO_SUCH_EVENT' })).toBe('EVENT_TYPE_UNKNOWN');
    expect(code({ dataschema: `rig:${definition.type}:9` })).toBe('EVENT_VERSION_UNKNOWN');
    expect(code({ data: {} })).toBe('EVENT_DATA_INVALID');
    expect(code({ position: -1 })).toBe('ENVELOPE_INVALID');
  });
});

describe('names of log streams', () => {
  it.each([
    'issue/../x/1',
    'issue/acme/..',
    'issue/acme/greeter/0',
    'issue/acme/greeter/1/2',
    'pull/a b/c/1',
    'repo/acme',
    'agent/../x',
    'agent/Dev',
    'agent/',
    'system/else',
    'system/rig/x',
    'rig',
  ])('refuses %s', (name) => {
    expect(parseSubject(name)).toBeUndefined();
  });

  it('reads what it writes', () => {
    expect(parseSubject('issue/acme/greeter/7')).toEqual({ kind: 'issue', repo: 'acme/greeter', number: 7 });
    expect(parseSubject('repo/acme/greeter')).toEqual({ kind: 'repo', repo: 'acme/greeter' });
    expect(parseSubject(agentSubject('dev-e-1'))).toEqual({ kind: 'agent', agent: 'dev-e-1' });
    expect(parseSubject(RIG_SUBJECT)).toEqual({ kind: 'system', name: 'rig' });
    expect(parseSubject(DEAD_LETTERS_SUBJECT)).toEqual({ kind: 'system', name: 'dead-letters' });
  });

  it('tells issues and pull requests from every other stream', () => {
    expect(parsePlace('pull/acme/greeter/8')).toEqual({ kind: 'pull', repo: 'acme/greeter', number: 8 });
    expect(['repo/acme/greeter', 'agent/dev-e-1', RIG_SUBJECT].map(parsePlace)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(['issue/acme/greeter/7', 'repo/acme/greeter', 'agent/dev-e-1'].map(repoOfSubject)).toEqual([
      'acme/greeter',
      'acme/greeter',
      undefined,
    ]);
  });
});
