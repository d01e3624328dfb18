import { has, readArgs, valued, valuesOf } from '../argv.js';
import type { PackageManager } from '../facts.js';
import type { Call, Handler } from '../machine.js';

/** What of a package manager's commands brings in something that no lock file names. */
interface Manager {
  readonly manager: PackageManager;
  /** Sub-commands, one or two words, that install what they are given. */
  readonly verbs: readonly string[];
  /** Without an operand they install what the lock file says; `any` refuses them even so. */
  readonly any?: readonly string[];
  readonly valued?: string;
  /** Operands that are the project itself. */
  readonly local?: RegExp;
  /** Options that only look. */
  readonly dry?: RegExp;
}

const LOCAL_PATH = /^(\.{0,2}\/|\.{1,2}$|file:|link:|workspace:|portal:)/;
const NPM_VALUED =
  '--prefix -C -w --workspace --registry --loglevel --cache --tag --omit --include --only --userconfig --globalconfig ' +
  '--install-strategy --before --cpu --os --libc --script-shell --save-prefix --otp --access --location --dir --filter -F ' +
  '--cwd --modules-folder --mutex --network-timeout --network-concurrency --reporter --store-dir --lockfile-dir --depth --backend';
const words = (text: string): readonly string[] => text.split(',').map((verb) => verb.trim());

const NPM_VERBS = 'install,i,in,ins,inst,insta,instal,isnt,isnta,isntal,isntall,add,install-test,it,link-install';
const SYSTEM_DRY =
  /^(-s|--simulate|--just-print|--dry-run|--recon|--no-act|--download-only|-d|--print-uris|--assumeno|-p)$/;

const MANAGERS: Readonly<Record<string, Manager>> = {
  npm: {
    manager: 'npm',
    verbs: words(NPM_VERBS),
    valued: NPM_VALUED,
    local: LOCAL_PATH,
    dry: /^--(dry-run|package-lock-only)$/,
  },
  pnpm: { manager: 'pnpm', verbs: words('add,install,i'), valued: NPM_VALUED, local: LOCAL_PATH },
  yarn: { manager: 'yarn', verbs: words('add,global add,install'), valued: NPM_VALUED, local: LOCAL_PATH },
  bun: { manager: 'bun', verbs: words('add,a,install,i'), valued: NPM_VALUED, local: LOCAL_PATH },
  deno: { manager: 'other', verbs: words('add,install'), valued: '-n --name --root -c --config', local: LOCAL_PATH },
  bower: { manager: 'other', verbs: words('install,i') },
  jspm: { manager: 'other', verbs: words('install') },
  volta: { manager: 'other', verbs: words('install') },
  poetry: {
    manager: 'python',
    verbs: words('add,self add'),
    local: LOCAL_PATH,
    valued: '-G --group -C --source --python',
  },
  pdm: { manager: 'python', verbs: words('add'), local: LOCAL_PATH, valued: '-G --group -p -e --editable' },
  rye: { manager: 'python', verbs: words('add,install'), local: LOCAL_PATH },
  hatch: { manager: 'python', verbs: words('dep add') },
  pipenv: { manager: 'python', verbs: words('install'), local: LOCAL_PATH, valued: '-r --requirements --python -i' },
  pipx: {
    manager: 'python',
    verbs: words('install,inject,upgrade'),
    local: LOCAL_PATH,
    valued: '--spec --python --pip-args',
  },
  conda: {
    manager: 'python',
    verbs: words('install,create,update'),
    valued: '-n --name -p --prefix -c --channel -f --file',
  },
  easy_install: { manager: 'python', verbs: [''], local: LOCAL_PATH },
  apt: {
    manager: 'system',
    verbs: words('install,reinstall,remove,purge,build-dep,source'),
    any: words('upgrade,full-upgrade,dist-upgrade,autoremove,autopurge'),
    valued: '-t --target-release -o --option -c --config-file -a',
    dry: SYSTEM_DRY,
  },
  dnf: {
    manager: 'system',
    verbs: words(
      'install,localinstall,groupinstall,reinstall,remove,erase,downgrade,swap,module install,group install',
    ),
    any: words('upgrade,update,distro-sync,autoremove'),
    valued: '-c --config --enablerepo --disablerepo --releasever -x --exclude --setopt --installroot',
    dry: /^(--assumeno|--downloadonly)$/,
  },
  zypper: {
    manager: 'system',
    verbs: words('install,in,remove,rm,source-install,si'),
    any: words('update,up,dist-upgrade,dup'),
    dry: /^(-D|--dry-run)$/,
  },
  apk: {
    manager: 'system',
    verbs: words('add,del'),
    any: words('upgrade'),
    valued: '-X --repository -p --root -t --virtual',
    dry: /^(-s|--simulate)$/,
  },
  pkg: { manager: 'system', verbs: words('install,add,delete,remove'), any: words('upgrade'), dry: /^(-n|--dry-run)$/ },
  'xbps-install': { manager: 'system', verbs: [''], dry: /^(-n|--dry-run)$/ },
  emerge: { manager: 'system', verbs: [''], dry: /^(-p|--pretend|-s|--search|--info|-S|--searchdesc)$/ },
  eopkg: { manager: 'system', verbs: words('install,it,remove,rm') },
  opkg: { manager: 'system', verbs: words('install,remove') },
  snap: { manager: 'system', verbs: words('install,remove,refresh'), any: words('refresh') },
  flatpak: { manager: 'system', verbs: words('install,uninstall,remove') },
  'nix-env': { manager: 'system', verbs: [''] },
  nix: { manager: 'system', verbs: words('profile install,profile add') },
  guix: { manager: 'system', verbs: words('install,remove') },
  brew: {
    manager: 'brew',
    verbs: words('install,reinstall,uninstall,remove,rm,tap,cask install'),
    any: words('upgrade'),
    dry: /^(-n|--dry-run)$/,
  },
  port: { manager: 'brew', verbs: words('install,uninstall') },
  choco: { manager: 'system', verbs: words('install,uninstall,upgrade') },
  winget: { manager: 'system', verbs: words('install,uninstall,upgrade') },
  scoop: { manager: 'system', verbs: words('install,uninstall') },
  cargo: {
    manager: 'cargo',
    verbs: words('install,add,binstall,quickinstall'),
    valued:
      '--path --git --branch --tag --rev --version --vers -F --features --root --target -j --jobs --profile --index --registry -p --package --manifest-path --rename',
    dry: /^(--list|--dry-run|-n)$/,
  },
  gem: {
    manager: 'gem',
    verbs: words('install,i,update'),
    valued: '-v --version -n --bindir -s --source -i --install-dir -P',
    local: LOCAL_PATH,
  },
  bundle: { manager: 'gem', verbs: words('add'), valued: '--group -g --version -v --source' },
  composer: { manager: 'composer', verbs: words('require,global require,create-project'), valued: '-d --working-dir' },
  cpan: { manager: 'other', verbs: [''], local: LOCAL_PATH },
  cpanm: { manager: 'other', verbs: [''], local: LOCAL_PATH, valued: '-l -L' },
  luarocks: { manager: 'other', verbs: words('install'), valued: '--tree --server' },
  opam: { manager: 'other', verbs: words('install'), local: LOCAL_PATH },
  cabal: { manager: 'other', verbs: words('install'), local: LOCAL_PATH },
  raco: { manager: 'other', verbs: words('pkg install') },
  dotnet: {
    manager: 'other',
    verbs: words('tool install,add package,package add,workload install,new install'),
    valued: '--version --tool-path',
  },
  nuget: { manager: 'other', verbs: words('install') },
  mix: { manager: 'other', verbs: words('archive.install,escript.install') },
  helm: { manager: 'other', verbs: words('plugin install') },
  code: { manager: 'other', verbs: [] },
  vcpkg: { manager: 'other', verbs: words('install') },
  gh: { manager: 'other', verbs: words('extension install') },
  krew: { manager: 'other', verbs: words('install') },
};

const ALIASES: Readonly<Record<string, string>> = {
  'apt-get': 'apt',
  aptitude: 'apt',
  'apt-fast': 'apt',
  nala: 'apt',
  yum: 'dnf',
  microdnf: 'dnf',
  dnf5: 'dnf',
  tdnf: 'dnf',
  mamba: 'conda',
  micromamba: 'conda',
  bundler: 'bundle',
  pip_system: 'pip',
};
export const PACKAGE_TOOLS: readonly string[] = [...Object.keys(MANAGERS), ...Object.keys(ALIASES)];

const report = (call: Call, manager: PackageManager, what: readonly string[]): void =>
  call.machine.emit({ kind: 'install', manager, what: what.join(' ') });

const startsWith = (operands: readonly string[], verb: string): readonly string[] | undefined => {
  if (verb === '') return operands;
  const parts = verb.split(' ');
  return parts.every((part, index) => operands[index] === part) ? operands.slice(parts.length) : undefined;
};

export const packages: Handler = (call) => {
  const spec = MANAGERS[ALIASES[call.name] ?? call.name];
  if (spec === undefined) return undefined;
  const args = readArgs(call.argv, spec.valued === undefined ? undefined : valued(spec.valued));
  const operands = plainOperands(call.name, args.operands);
  if (args.options.some(({ name }) => spec.dry?.test(name) === true || name === '--help' || name === '--version'))
    return undefined;
  for (const verb of spec.any ?? []) if (startsWith(operands, verb) !== undefined) report(call, spec.manager, [verb]);
  if (call.name === 'cargo') return cargo(call, operands, args.options);
  for (const verb of spec.verbs) {
    const given = startsWith(operands, verb)?.filter((operand) => spec.local?.test(operand) !== true);
    if (given === undefined || given.length === 0) continue;
    if (call.name === 'nix-env' && !has(args, '-i', '--install', '-iA', '-e', '-u')) continue;
    report(call, spec.manager, given);
  }
  return undefined;
};

/** Leaves out words that only say where: `yarn workspace web add`, `dotnet add app.csproj package`. */
const plainOperands = (name: string, operands: readonly string[]): readonly string[] => {
  if (name === 'yarn' && operands[0] === 'workspace') return operands.slice(2);
  if (name === 'dotnet' && operands[0] === 'add' && operands[2] === 'package')
    return ['add', 'package', ...operands.slice(3)];
  return operands;
};

type Options = readonly { readonly name: string; readonly value: string | undefined }[];

const cargo = (call: Call, operands: readonly string[], options: Options): undefined => {
  const [verb, ...rest] = operands.filter((operand) => !operand.startsWith('+'));
  if (!/^(install|add|binstall|quickinstall)$/.test(verb ?? '')) return undefined;
  const git = options.some(({ name }) => name === '--git');
  const path = options.some(({ name }) => name === '--path');
  if (git || (rest.length > 0 && !path)) report(call, 'cargo', git ? ['--git'] : rest);
  return undefined;
};

const PIP = valued(
  '-r --requirement -c --constraint -e --editable -t --target -i --index-url --extra-index-url -f --find-links --root ' +
    '--prefix --src --platform --python-version --python --cache-dir --log --proxy --timeout --retries --trusted-host ' +
    '--cert --progress-bar --upgrade-strategy --config-settings -C --no-binary --only-binary --report --root-user-action -p --group',
);
const PIP_LOCAL = /^(\.{0,2}\/|\.{1,2}($|\[)|file:)|^[\w./-]+\.(whl|tar\.gz|zip)$/;

const judgePip = (call: Call, argv: readonly string[]): void => {
  const args = readArgs(argv, PIP);
  const at = args.operands.findIndex((operand) => operand === 'install');
  if (at !== 0 || has(args, '--dry-run', '--help')) return;
  const remote = [...valuesOf(args, '-e', '--editable'), ...valuesOf(args, '-r', '--requirement')].filter((value) =>
    /:\/\//.test(value),
  );
  const named = args.operands.slice(1).filter((operand) => !PIP_LOCAL.test(operand));
  if (named.length + remote.length > 0) report(call, 'pip', [...named, ...remote]);
};

export const pip: Handler = (call) => {
  judgePip(call, call.argv);
  return undefined;
};

/** `python -m pip install x`. */
export const pythonModule = (call: Call, module: string, rest: readonly string[]): void => {
  if (module === 'pip' || module === 'pip3') judgePip(call, [module, ...rest]);
  else if (module === 'easy_install' || module === 'pipx' || module === 'poetry' || module === 'pipenv') {
    call.machine.invoke([module, ...rest], call.shell, call.stdin, call.piped);
  }
};

export const uv: Handler = (call) => {
  const args = readArgs(
    call.argv,
    valued('--with -p --python --project --directory --group --extra --index-url -i --index --cache-dir'),
  );
  const [verb, second, ...rest] = args.operands;
  if (verb === 'pip') judgePip(call, ['pip', ...call.argv.slice(call.argv.indexOf('pip') + 1)]);
  else if (verb === 'add') {
    const named = args.operands.slice(1).filter((operand) => !PIP_LOCAL.test(operand));
    if (named.length > 0) report(call, 'python', named);
  } else if (verb === 'tool' && (second === 'install' || second === 'upgrade') && rest.length > 0)
    report(call, 'python', rest);
  return undefined;
};

export const go: Handler = (call) => {
  const args = readArgs(call.argv, valued('-C -mod -modfile -tags -ldflags -o -p -gcflags -asmflags -exec'));
  const [verb, ...rest] = args.operands;
  const remote = rest.filter((operand) => /^[\w.-]+\.[a-z]{2,}\//.test(operand) && !operand.startsWith('./'));
  const version = rest.some((operand) => /@/.test(operand));
  if (
    (verb === 'get' && (remote.length > 0 || version)) ||
    ((verb === 'install' || verb === 'run') && (version || remote.length > 0))
  ) {
    report(call, 'go', rest);
  }
  return undefined;
};

/** Managers that install by an option: `pacman -S`, `dpkg -i`, `rpm -U`. */
const BY_OPTION: Readonly<Record<string, RegExp>> = {
  pacman: /^-(S(?![sigl])[a-z]*|U[a-z]*|R[a-z]*)$|^--(sync|upgrade|remove)$/,
  dpkg: /^(-i|--install|-r|--remove|-P|--purge|--unpack)$/,
  rpm: /^-(i|U|F|e)[vh]*$|^--(install|upgrade|erase|freshen|import)$/,
  installpkg: /./,
};
export const OPTION_TOOLS: readonly string[] = [...Object.keys(BY_OPTION), 'yay', 'paru'];

export const byOption: Handler = (call) => {
  const pattern = BY_OPTION[call.name] ?? BY_OPTION['pacman'];
  const words = call.argv.slice(1);
  const looks = words.some((word) => /^(-Q.*|-q.*|-l|-s|--test|-p|--print|--simulate|--dry-run)$/.test(word));
  if (!looks && words.some((word) => pattern?.test(word) === true)) report(call, 'system', words);
  return undefined;
};

/** `code --install-extension x`. */
export const extension: Handler = (call) => {
  if (call.argv.includes('--install-extension')) report(call, 'other', call.argv.slice(1));
  return undefined;
};
