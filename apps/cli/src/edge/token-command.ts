import { TokenScope, TokenSubject } from '@rig/agent-kit';
import { Ttl, parseOption } from '../core/arguments.js';
import { rigHome } from './checkout.js';
import { signWith } from './run-secrets.js';
import { printJson, printOut } from './terminal.js';

/** `rig token issue` */
export const issueToken = async (given: Record<string, unknown>): Promise<number> => {
  const subject = parseOption(TokenSubject, '--agent', given['agent'], '--agent dev-e-1');
  const scope = parseOption(TokenScope, '--scope', given['scope'], '--scope enrol');
  const ttlMs = parseOption(Ttl, '--ttl', given['ttl'], '--ttl 30d');
  const keysDir = process.env['RIG_KEYS_DIR'] ?? `${rigHome()}/up/keys`;
  const { token, expiresAt } = await signWith(keysDir, { subject, scope, ttlMs });
  if (given['json'] === true) printJson({ agent: subject, scope, token, expiresAt });
  else printOut(token);
  return 0;
};
