/**
 * Writes the Valkey users that the streams' contract asks for, after a build.
 *
 *   node tools/acl/generate.ts           writes deploy/valkey/users.acl (services) and agent.acl.template
 *   node tools/acl/generate.ts --check   fails when one of them is not what the contract says
 *   node tools/acl/generate.ts --config rig.agents.yaml --passwords DIR [--out FILE]
 *                                        a file to be loaded: services and agents, each with the hash of the password
 *                                        that lies in DIR under the user's name; a missing password is an error
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { parseAgentsFile } from '@rig/policy';
import { aclLine, agentUser, DEFAULT_USER_OFF, serviceUsers, type ValkeyUser } from '@rig/stream-bus';

const folder = fileURLToPath(new URL('../../deploy/valkey/', import.meta.url));
/** Stands for an agent's id in the template; an id itself, so that everything is checked as usual. */
const ANY_AGENT = 'agent-id';

const pages: Readonly<Record<string, string>> = {
  'users.acl': [DEFAULT_USER_OFF, ...serviceUsers.map((user) => aclLine(user)), ''].join('\n'),
  'agent.acl.template': `${aclLine(agentUser(ANY_AGENT)).replaceAll(ANY_AGENT, '{agent}')}\n`,
};

const compare = async (): Promise<void> => {
  for (const [name, text] of Object.entries(pages)) {
    if ((await readFile(join(folder, name), 'utf8').catch(() => '')) === text) continue;
    process.stderr.write(`deploy/valkey/${name} is not what the contract says: run node tools/acl/generate.ts\n`);
    process.exitCode = 1;
  }
};

const write = async (): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(pages)) await writeFile(join(folder, name), text);
};

const withPassword = async (user: ValkeyUser, passwords: string): Promise<string> => {
  const password = (await readFile(join(passwords, user.name), 'utf8')).trim();
  if (password.length < 16) throw new Error(`the password of ${user.name} is shorter than 16 characters`);
  return aclLine(user, createHash('sha256').update(password).digest('hex'));
};

const render = async (config: string, passwords: string, out: string | undefined): Promise<void> => {
  const agents = parseAgentsFile(await readFile(config, 'utf8'));
  if (!agents.ok) throw new Error(agents.refusal.message);
  const users = [...serviceUsers, ...agents.value.agents.map(({ id }) => agentUser(id))];
  const lines = await Promise.all(users.map((user) => withPassword(user, passwords)));
  const text = [DEFAULT_USER_OFF, ...lines, ''].join('\n');
  if (out === undefined) process.stdout.write(text);
  else await writeFile(out, text, { mode: 0o600 });
};

const { values } = parseArgs({
  options: {
    check: { type: 'boolean', default: false },
    config: { type: 'string' },
    passwords: { type: 'string' },
    out: { type: 'string' },
  },
});
if (values.config !== undefined && values.passwords !== undefined) {
  await render(values.config, values.passwords, values.out);
} else if (values.check) await compare();
else await write();
