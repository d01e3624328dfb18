import { readFile } from 'node:fs/promises';
import { TokenScope, TokenSubject } from '@rig/agent-kit';
import { findAgent, parseAgentsFile } from '@rig/policy';
import { Ttl, parseOption, usageError } from '../core/arguments.js';
import { rigHome } from './checkout.js';
import { signWith } from './run-secrets.js';
import { printJson, printOut } from './terminal.js';

/** A token for somebody who is not listed would be refused at every door; a slip of the pen is said here instead. */
const mustBeListed = async (subject: string): Promise<void> => {
  const file = `${process.env['RIG_CONFIG_DIR'] ?? `${rigHome()}/up/config`}/rig.agents.yaml`;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  // Signing may be done far from the configuration; then nobody can tell here.
  if (text === undefined) return;
  const agents = parseAgentsFile(text);
  if (agents.ok && findAgent(agents.value, subject) === undefined) {
    const known = agents.value.agents.map(({ id }) => id).join(', ');
    throw usageError(
      `--agent "${subject}": ${file} has no such agent`,
      `Add it there first. Listed: ${known || 'none'}`,
    );
  }
};

/** `rig token issue` */
export const issueToken = async (given: Record<string, unknown>): Promise<number> => {
  const subject = parseOption(TokenSubject, '--agent', given['agent'], '--agent dev-e-1');
  const scope = parseOption(TokenScope, '--scope', given['scope'], '--scope enrol');
  const ttlMs = parseOption(Ttl, '--ttl', given['ttl'], '--ttl 30d');
  if ((scope === 'operator') !== (subject === 'operator')) {
    throw usageError(
      '--scope operator and --agent operator go together',
      'rig token issue --agent operator --scope operator',
    );
  }
  if (scope !== 'operator') await mustBeListed(subject);
  const keysDir = process.env['RIG_KEYS_DIR'] ?? `${rigHome()}/up/keys`;
  const { token, expiresAt } = await signWith(keysDir, { subject, scope, ttlMs });
  if (given['json'] === true) printJson({ agent: subject, scope, token, expiresAt });
  else printOut(token);
  return 0;
};
