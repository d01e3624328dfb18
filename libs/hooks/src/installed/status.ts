import { access, constants, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ClientName, HookCommand } from '../clients/client.js';
import { clientOf } from '../clients/index.js';
import { settingsFile, type SettingsPlace } from '../install.js';
import { KIT } from '../kit/files.js';
import { readHookFile } from '../kit/read-kit.js';

/** How one client stands on this machine. */
export interface HookStatus {
  readonly client: ClientName;
  readonly scope: SettingsPlace['scope'];
  readonly file: string;
  /** `absent`: no settings, or no guard in them. */
  readonly state: 'guarded' | 'faulty' | 'absent';
  /** The folder of the hook that the settings name. */
  readonly kit: string | null;
  readonly problems: readonly string[];
  /** What costs time but holds. */
  readonly notes: readonly string[];
}

/** What is tried for a matcher: the tools that run commands, by client. */
const covers = (command: HookCommand, tool: string): boolean => {
  try {
    return command.matcher === undefined || new RegExp(`^(?:${command.matcher})$`).test(tool);
  } catch {
    return false;
  }
};

const can = (path: string, mode: number): Promise<boolean> =>
  access(path, mode).then(
    () => true,
    () => false,
  );

const looseMode = async (path: string): Promise<boolean> =>
  stat(path).then(
    ({ mode }) => (mode & 0o022) !== 0,
    () => false,
  );

const kitProblems = async (kit: string): Promise<readonly string[]> => {
  const settings = readHookFile(kit);
  if (settings === undefined) return [`${join(kit, KIT.settings)} cannot be read: the hook refuses everything`];
  const problems: string[] = [];
  if (!(await can(join(kit, KIT.wrapper), constants.X_OK))) problems.push(`${join(kit, KIT.wrapper)} cannot be run`);
  for (const name of [KIT.start, KIT.bundle]) {
    if (!(await can(join(kit, name), constants.R_OK))) problems.push(`${join(kit, name)} is missing`);
  }
  if (!(await can(settings.node, constants.X_OK))) problems.push(`${settings.node}, which runs the hook, is missing`);
  if (settings.policyFile !== null && !(await can(settings.policyFile, constants.R_OK))) {
    problems.push(`the policy ${settings.policyFile} cannot be read: the hook refuses everything`);
  }
  for (const path of [kit, join(kit, KIT.wrapper), join(kit, KIT.bundle)]) {
    if (await looseMode(path)) problems.push(`${path} can be changed by others than its owner`);
  }
  return problems;
};

const kitNotes = async (kit: string): Promise<readonly string[]> => {
  const settings = readHookFile(kit);
  const notes: string[] = [];
  if (!(await can(join(kit, KIT.cache), constants.R_OK))) notes.push('there is no code cache: each call takes longer');
  if (settings?.policyFile !== null && settings !== undefined) {
    const [text, compiled] = await Promise.all(
      [settings.policyFile, join(kit, KIT.policy)].map((path) => readFile(path, 'utf8').catch(() => undefined)),
    );
    const source = compiled === undefined ? undefined : (JSON.parse(compiled) as { readonly source?: unknown }).source;
    if (text !== undefined && text !== source) {
      notes.push('the policy changed after the installation: it holds, and each call parses it anew');
    }
  }
  return notes;
};

/** How a client's settings stand: whether the guard is in them, and whether it can do its work. */
export const hookStatus = async (client: ClientName, place: SettingsPlace): Promise<HookStatus> => {
  const file = settingsFile(client, place);
  const { read, shellTool, caveat } = clientOf(client);
  const common = { client, scope: place.scope, file } as const;
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { ...common, state: 'absent', kit: null, problems: [], notes: [] };
  const settings = read(text);
  if (!settings.ok) {
    return { ...common, state: 'faulty', kit: null, problems: [settings.refusal.message], notes: [] };
  }
  const guards = settings.value.commands.filter(({ command }) => command.endsWith(`/${KIT.wrapper}`));
  const guard = guards.find((command) => covers(command, shellTool));
  if (guards.length === 0) {
    return { ...common, state: 'absent', kit: null, problems: settings.value.problems, notes: [] };
  }
  const kit = dirname(guards[0]?.command ?? '');
  const problems = [
    ...settings.value.problems,
    ...(guard === undefined ? [`no hook stands before ${shellTool}`] : []),
    ...(client === 'claude-code' && guard?.failsClosed === false ? ['onFailure is not "block"'] : []),
    ...(await kitProblems(kit)),
  ];
  const notes = [...(await kitNotes(kit).catch(() => [])), ...[caveat(place.scope) ?? []].flat()];
  return { ...common, state: problems.length === 0 ? 'guarded' : 'faulty', kit, problems, notes };
};
