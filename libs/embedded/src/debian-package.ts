import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { runCommand } from './run-command.js';

/** What is fetched, and from where it is allowed to come in addition to the machine's own sources. */
export interface DebianFetch {
  /** Packages whose files are wanted; the libraries they need and the machine lacks come along. */
  readonly packages: readonly string[];
  /** Where the unpacked files go; appears in one step, so that two at once do no harm. */
  readonly target: string;
  readonly log?: (line: string) => void;
  /** False for programs that bring everything with them. Default true. */
  readonly libraries?: boolean;
}

const APT_LIMIT = 120_000;
const KEYRINGS = ['debian-archive-keyring.pgp', 'debian-archive-keyring.gpg', 'ubuntu-archive-keyring.gpg'];

type Apt = (program: 'apt-get' | 'apt-cache', args: readonly string[], cwd?: string) => Promise<string>;

/** `apt` on lists and archives of our own below `work`: needs no root and touches nothing of the system's. */
const aptIn =
  (work: string, sourceList?: string): Apt =>
  async (program, args, cwd = work) => {
    const options = [
      `Dir::State::lists=${join(work, 'lists')}`,
      `Dir::Cache=${join(work, 'cache')}`,
      'APT::Sandbox::User=root',
      'Acquire::Languages=none',
      'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false',
      ...(sourceList === undefined ? [] : [`Dir::Etc::sourcelist=${sourceList}`, 'Dir::Etc::sourceparts=/dev/null']),
    ];
    const flags = options.flatMap((option) => ['-o', option]);
    return (await runCommand(program, [...flags, '-q', ...args], { timeoutMs: APT_LIMIT, cwd })).stdout;
  };

const TARGETS = ['indextargets', '--format', '$(REPO_URI) $(RELEASE) $(COMPONENT)', 'Created-By: Packages'];

const lines = (text: string): string[] => [...new Set(text.split('\n').filter((line) => line.trim() !== ''))];

/** The distribution's own archives as this machine is set up to reach them; third-party ones are left out. */
const machineTargets = async (work: string, codename: string): Promise<string[]> => {
  const known = lines((await runCommand('apt-get', TARGETS, { timeoutMs: APT_LIMIT })).stdout);
  let targets = known;
  if (known.length === 0) {
    // A fresh container has sources and no lists yet.
    const apt = aptIn(work);
    await apt('apt-get', ['update']);
    targets = lines(await apt('apt-get', TARGETS));
  }
  return targets.filter((line) => {
    const [, release = '', component = ''] = line.split(' ');
    const own = release === codename || /^-(updates|security|backports)$/.test(release.slice(codename.length));
    return release.startsWith(codename) && own && ['main', 'universe'].includes(component);
  });
};

const codenameOf = async (): Promise<string> => {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^VERSION_CODENAME=["']?([a-z]+)/m.exec(text)?.[1] ?? '';
};

/** The machine's archives plus the backports beside them, which are on the same mirror. */
const writeSources = async (work: string, targets: readonly string[], codename: string): Promise<string> => {
  const keyring = KEYRINGS.map((name) => join('/usr/share/keyrings', name)).find(existsSync);
  const option = keyring === undefined ? '' : `[signed-by=${keyring}] `;
  const backports = targets
    .map((line) => line.split(' '))
    .filter(([, release]) => release === codename)
    .map(([uri, , component]) => `${uri} ${codename}-backports ${component}`);
  const file = join(work, 'sources.list');
  await writeFile(file, [...new Set([...targets, ...backports])].map((line) => `deb ${option}${line}\n`).join(''));
  return file;
};

const isInstalled = async (name: string): Promise<boolean> =>
  (await runCommand('dpkg-query', ['-W', '-f', '${db:Status-Status}', name], { timeoutMs: 10_000 })).stdout.startsWith(
    'installed',
  );

/** The libraries that `packages` need, the ones these need, and so on, as far as the machine lacks them. */
const withLibraries = async (apt: Apt, packages: readonly string[]): Promise<string[]> => {
  const wanted = new Set(packages);
  let open = [...packages];
  while (open.length > 0) {
    const shown = await apt('apt-cache', ['show', '--no-all-versions', ...open]);
    const needed = lines(shown)
      .filter((line) => /^(Pre-)?Depends: /.test(line))
      .flatMap((line) => line.replace(/^[^:]*: /, '').split(','))
      .map((entry) => entry.trim().split(/[ :|(]/)[0] ?? '')
      .filter((name) => name.startsWith('lib') && !wanted.has(name));
    const missing = await Promise.all(
      [...new Set(needed)].map(async (name) => ((await isInstalled(name)) ? '' : name)),
    );
    open = missing.filter((name) => name !== '');
    for (const name of open) wanted.add(name);
  }
  return [...wanted];
};

const unpack = async (work: string): Promise<string> => {
  const files = await readdir(join(work, 'download'));
  const root = join(work, 'root');
  for (const file of files.filter((name) => name.endsWith('.deb'))) {
    await runCommand('dpkg-deb', ['-x', join(work, 'download', file), root]);
  }
  return root;
};

/**
 * Fetches packages of the distribution and unpacks them into `target`, without root and without installing anything.
 * Answers false where that is not possible: no apt, no network, no such package.
 */
export const fetchDebianPackages = async ({
  packages,
  target,
  log,
  libraries = true,
}: DebianFetch): Promise<boolean> => {
  const codename = await codenameOf();
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/usr/bin/dpkg-deb') || codename === '') return false;
  log?.(`fetching ${packages[0] ?? ''} from the distribution's archive (once)`);
  await mkdir(dirname(target), { recursive: true });
  const work = await mkdtemp(join(dirname(target), `.${basename(target)}-`));
  try {
    for (const folder of ['lists/partial', 'cache/archives/partial', 'download']) {
      await mkdir(join(work, folder), { recursive: true });
    }
    const targets = await machineTargets(work, codename);
    if (targets.length === 0) return false;
    const apt = aptIn(work, await writeSources(work, targets, codename));
    await apt('apt-get', ['update']);
    const wanted = libraries ? await withLibraries(apt, packages) : packages;
    await apt('apt-get', ['download', ...wanted], join(work, 'download'));
    const root = await unpack(work);
    if (!existsSync(root)) return false;
    // A folder that is there already is a faster process's, or a broken one that the caller has found wanting.
    await rename(root, target).catch(() => undefined);
    return existsSync(target);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
};

/** Folders below `root` that hold shared libraries, for LD_LIBRARY_PATH. */
export const libraryFolders = async (root: string): Promise<string[]> => {
  const found: string[] = [];
  for (const base of ['usr/lib', 'lib']) {
    const names = await readdir(join(root, base)).catch(() => []);
    found.push(...names.filter((name) => name.includes('-linux-')).map((name) => join(root, base, name)));
  }
  return found;
};
