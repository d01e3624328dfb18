import { readArgs, valued, valueOf } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { absolute } from '../paths/target.js';
import { NETWORK, toSource } from '../shell/marks.js';

const VALUED = valued('--prefix -C --dir --cwd --loglevel --script-shell --if-present= -F --filter -w --workspace');
/** Verbs that are scripts of the same name. */
const OWN = /^(test|t|tst|start|stop|restart)$/;
/** Verbs of the managers that run a script without `run`; the rest of their verbs are not scripts. */
const BARE = new Set(['yarn', 'pnpm', 'bun']);

interface Asked {
  readonly script: string;
  readonly args: readonly string[];
}

const asked = (name: string, operands: readonly string[]): Asked | undefined => {
  const [verb, second] = operands;
  if (verb === undefined) return undefined;
  if (/^(run|run-script|rum|urn)$/.test(verb))
    return second === undefined ? undefined : { script: second, args: operands.slice(2) };
  if (OWN.test(verb)) return { script: /^t(st)?$/.test(verb) ? 'test' : verb, args: operands.slice(1) };
  return BARE.has(name) ? { script: verb, args: operands.slice(1) } : undefined;
};

const scriptsOf = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const manifest: unknown = JSON.parse(text);
    if (typeof manifest !== 'object' || manifest === null || !('scripts' in manifest)) return {};
    const { scripts } = manifest;
    return typeof scripts === 'object' && scripts !== null ? { ...scripts } : {};
  } catch {
    return {};
  }
};

const quoted = (word: string): string => `'${toSource(word).replaceAll("'", "'\\''")}'`;

const MANAGER_VERB =
  /^(i|in|install|add|rm|remove|un|uninstall|link|ln|unlink|set|get|exec|run|x|dlx|up|why|list|ls|ll|la|import|pack|init|create|version|info|view|show|config|c|cache|help|login|logout|patch|env|node|store|prune|audit|publish|root|prefix|bin|tag|team|owner|org|ci|outdated|update|upgrade|deploy|fetch|rebuild|dedupe|doctor|search|fund|bugs|docs|repo|ping|pkg|stop|start|restart|test|t|workspaces?|plugin|policies|global|query|token|profile|access|star|shrinkwrap|diff|sbom)$/;

/** `yarn prisma migrate reset`: a tool of the project, run through the manager. */
const runsTool = (call: Call, tool: string | undefined): void => {
  const { argv, machine, shell, name } = call;
  if (!BARE.has(name) || tool === undefined || MANAGER_VERB.test(tool) || !machine.knows(tool)) return;
  machine.within(name, undefined, () => machine.invoke(argv.slice(argv.indexOf(tool)), shell, call.stdin, call.piped));
};

/** `npm run x`, `yarn x`: the text of the script, as the manifest in the folder has it. */
export const packageScript: Handler = (call: Call) => {
  const { machine, shell, name } = call;
  const args = readArgs(call.argv, VALUED);
  runsTool(call, args.operands[0] === 'run' ? args.operands[1] : args.operands[0]);
  if (valueOf(args, '-w', '--workspace', '-F', '--filter') !== undefined) return undefined;
  const wanted = asked(name, args.operands);
  if (wanted === undefined) return undefined;
  const folder = absolute(valueOf(args, '--prefix', '-C', '--dir', '--cwd') ?? '.', shell.cwd);
  const manifest = machine.readFile(`${folder}/package.json`, shell);
  if (manifest === undefined) return undefined;
  if (manifest.includes(NETWORK)) machine.emit({ kind: 'run', origin: 'network', by: `${name} run` });
  const scripts = scriptsOf(manifest);
  for (const script of [`pre${wanted.script}`, wanted.script, `post${wanted.script}`]) {
    const text = scripts[script];
    if (typeof text !== 'string') continue;
    const inner = shell.fork();
    inner.cwd = folder;
    const given = script === wanted.script ? wanted.args.map(quoted).join(' ') : '';
    machine.runPiece(`${text} ${given}`.trim(), inner, `${name} run ${script}`);
  }
  return undefined;
};
