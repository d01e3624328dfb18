import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { ComposeFile, composeProblems } from '../../core/deploy/compose-rules.js';
import { ServicesFile } from '../../core/deploy/services.js';
import { checkoutRoot } from '../checkout.js';
import { composeSchemaProblems } from './checks/compose-checks.js';

const text = readFileSync(`${checkoutRoot}/docker-compose.yml`, 'utf8');
const { services } = ServicesFile.parse(parse(readFileSync(`${checkoutRoot}/charts/rig/services.yaml`, 'utf8')));

const problems = (from: string | RegExp, to: string): string => {
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  return composeProblems(ComposeFile.parse(parse(changed, { merge: true })), services).join('\n');
};

describe('docker-compose.yml', () => {
  it('fits the schema of Compose, which knows no other keys', () => {
    expect(composeSchemaProblems(parse(text, { merge: true }))).toEqual([]);
    const typo = parse(text.replace('    healthcheck:', '    helthcheck:'), { merge: true }) as unknown;
    expect(composeSchemaProblems(typo).join()).toContain('helthcheck');
    const deep = parse(text.replace('limits: { cpus', 'limts: { cpus'), { merge: true }) as unknown;
    expect(composeSchemaProblems(deep).join()).toContain('limts');
  });

  it('keeps to our rules', () => {
    expect(composeProblems(ComposeFile.parse(parse(text, { merge: true })), services)).toEqual([]);
  });

  it.each<readonly [string | RegExp, string, string]>([
    ["user: '999:999'", "user: '0:0'", 'postgres: runs as root'],
    ['pgvector/pgvector:0.8.1-pg17', 'pgvector/pgvector', 'is not pinned'],
    ['pgvector/pgvector:0.8.1-pg17', 'pgvector/pgvector:latest', 'is not pinned'],
    ['  read_only: true', '  read_only: false', 'can be written'],
    ['  cap_drop: [ALL]\n', '', 'keeps capabilities'],
    ["  security_opt: ['no-new-privileges:true']\n", '', 'may gain privileges'],
    ["limits: { cpus: '1', memory: 512M }", "limits: { cpus: '1' }", 'has no limits'],
    ['POSTGRES_PASSWORD_FILE: /run/secrets/postgres.password', 'POSTGRES_PASSWORD: rig', 'POSTGRES_PASSWORD stands in'],
    ["'127.0.0.1:${RIG_GATEWAY_PORT:-8080}:8080'", "'8080:8080'", 'port 8080:8080 is open to others'],
    [
      "    volumes: ['postgres:/var",
      "    ports: ['127.0.0.1:5432:5432']\n    volumes: ['postgres:/var",
      'postgres publishes a port',
    ],
    ['inside: { internal: true }', 'inside: {}', 'valkey is on inside, which leads outside'],
    ['condition: service_healthy', 'condition: service_started', 'without asking for its health'],
    [
      'secrets: [dispatcher.RIG_POSTGRES_URL, dispatcher',
      'secrets: [gateway.RIG_POSTGRES_URL, dispatcher',
      'which is not its own',
    ],
    ['args: { APP: dispatcher }', 'args: { APP: elsewhere }', 'dispatcher of services.yaml is missing'],
    [/^ {2}valkey: \{\}$/m, '  vlkey: {}', 'volume valkey is not declared'],
  ])('is refused with %s made %s', (from, to, problem) => {
    expect(problems(from, to)).toContain(problem);
  });
});
