import type { PackageManager } from '../facts.js';

/** What of a package manager's commands brings in something that no lock file names. */
export interface Manager {
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
/** For the managers whose `-w` means the workspace root. */
const WORKSPACE_VALUED = NPM_VALUED.replace(' -w ', ' ');
const words = (text: string): readonly string[] => text.split(',');

const NPM_VERBS = 'install,i,in,ins,inst,insta,instal,isnt,isnta,isntal,isntall,add,install-test,it,link-install';
const SYSTEM_DRY =
  /^(-s|--simulate|--just-print|--dry-run|--recon|--no-act|--download-only|-d|--print-uris|--assumeno|-p)$/;

/** By the name that the tool is called by. */
export const MANAGERS: Readonly<Record<string, Manager>> = {
  npm: {
    manager: 'npm',
    verbs: words(NPM_VERBS),
    valued: NPM_VALUED,
    local: LOCAL_PATH,
    dry: /^--(dry-run|package-lock-only)$/,
  },
  pnpm: { manager: 'pnpm', verbs: words('add,install,i'), valued: WORKSPACE_VALUED, local: LOCAL_PATH },
  yarn: { manager: 'yarn', verbs: words('add,global add,install'), valued: WORKSPACE_VALUED, local: LOCAL_PATH },
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
  composer: {
    manager: 'composer',
    verbs: words('require,req,r,global require,create-project'),
    valued: '-d --working-dir',
    dry: /^--dry-run$/,
  },
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

/** Tools that take the commands of another one. */
export const ALIASES: Readonly<Record<string, string>> = {
  yarnpkg: 'yarn',
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
