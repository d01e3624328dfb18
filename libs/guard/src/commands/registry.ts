import { bwrap } from '../exec/bwrap.js';
import { find, fd } from '../exec/find.js';
import { foreignCode, foreignShell, shell } from '../exec/shells.js';
import { executorsOf } from '../exec/table.js';
import { unwrap } from '../exec/unwrap.js';
import { parallel, xargs } from '../exec/xargs.js';
import type { Handler } from '../machine.js';
import { namesIn, NameTable } from '../names.js';
import { BUILTINS } from './builtins.js';
import * as archives from './archives.js';
import * as cluster from './cluster.js';
import { crontab } from './crontab.js';
import * as files from './files.js';
import { git } from './git.js';
import { bfg } from './git-discard.js';
import { go } from './go.js';
import { awk } from './awk.js';
import { interpreter, INTERPRETERS, runsSource } from './interpreters.js';
import { machineTool, MACHINE_TOOLS, mount } from './machine-tools.js';
import { make } from './make.js';
import * as network from './network.js';
import { PACKAGE_TOOLS } from './package-managers.js';
import { packageScript } from './package-scripts.js';
import * as packages from './packages.js';
import * as pathTools from './path-tools.js';
import { sed } from './sed.js';
import * as sql from './sql-clients.js';
import * as system from './system.js';
import * as text from './text-tools.js';
import * as modes from './modes.js';
import { editsInPlace } from './edits.js';
import { forgeApi, httpie } from './web-api.js';
import { bangLines, textOptions, TEXT_OPTION_TOOLS } from './text-options.js';

const TABLE = new NameTable<Handler>();

const add = (names: string | readonly string[], handler: Handler): void =>
  TABLE.add(typeof names === 'string' ? names : names.join(' '), handler);

for (const [name, handler] of Object.entries(BUILTINS)) add(name, handler);
add('sh bash zsh dash ksh mksh ash fish csh tcsh rbash posh yash nu xonsh elvish', shell);
add('pwsh powershell cmd', foreignShell);
add('iex Invoke-Expression', foreignCode);
/** They become another user; what they run is looked through by their own handler. */
const PRIVILEGED =
  'sudo doas su pkexec run0 sudoedit sudo-rs calife dzdo pfexec gosu su-exec runuser gksudo gksu kdesudo kdesu beesu ksu sux';
add(PRIVILEGED, system.privilege);

add('find gfind', find);
add('fd fdfind', fd);
add('xargs', xargs);
add('bwrap', bwrap);
add('ansible', system.ansible);
add('parallel', parallel);

add('rm unlink srm trash-empty', files.rm);
add('rimraf del-cli del rmrf rd trash trash-put trash-cli Remove-Item', files.rimraf);
add('shred wipe scrub', files.shred);
add('truncate', files.truncate);
add('cp install', files.copy);
add('mv', files.move);
add('ln', files.link);
add('tee sponge', files.tee);
add('dd dcfldd dc3dd', files.dd);
add('ddrescue', files.rescue);
add('chmod', modes.chmod);
add('perl ruby yq gawk patch ed ex touch dos2unix nano vi vim nvim', editsInPlace);
add('chown chgrp', modes.chown);
add('setfacl', modes.setfacl);
add('mkdir', modes.mkdir);
add('umask', modes.umask);
add('rsync', files.rsync);
add('chattr', system.chattr);

add(
  'mkfs mke2fs mkswap wipefs blkdiscard mkntfs mkdosfs newfs lvremove vgremove pvremove dmsetup_remove',
  system.format,
);
add(system.DISK_TOOLS, system.disk);
add('shutdown reboot poweroff halt Stop-Computer Restart-Computer', system.powerOff);
add('init telinit', system.init);
add('systemctl loginctl service', system.systemctl);
add('kill', system.kill);
add('ps', system.ps);
add('pgrep pidof', system.pgrep);
add('pkill killall', system.pkill);
add('killall5', system.killEverything);
add('crontab', crontab);
add('iptables ip6tables nft ufw', system.firewall);
add('userdel deluser groupdel usermod useradd adduser groupadd addgroup groupmod newusers', system.accounts);
add('visudo chpasswd passwd vipw vigr gpasswd', system.accounts);
add(MACHINE_TOOLS, machineTool);
add('mount umount', mount);
add('dbus-send busctl gdbus', system.messageBus);
add('kexec rtcwake', system.lowLevelPower);
add('setenforce', system.setenforce);
add('sysctl', system.sysctl);
add('claude codex gemini', system.agentClient);
add('rig', system.rig);

add('git hub', git);
add('bfg', bfg);
add(sql.SQL_TOOLS, sql.sqlClient);
add('pg_dropcluster pg_resetwal dropdb mysqladmin mariadb-admin mongorestore', sql.dropTool);
add(sql.FRAMEWORK_TOOLS, sql.framework);
add('redis-cli valkey-cli keydb-cli', sql.redis);
add('mongo mongosh', sql.mongo);
add('cypher-shell', sql.cypher);
add('wrangler supabase turso pscale neonctl heroku wp drush prisma rails artisan manage.py flask', sql.carriesSql);
add('kubectl oc k kubecolor', cluster.kubectl);
add(cluster.CLOUD_TOOLS, cluster.cloud);
add('docker podman nerdctl crictl', cluster.docker);

add(PACKAGE_TOOLS, packages.packages);
add('pip', packages.pip);
add('pecl pear tlmgr nimble elm stack mas urpmi pkg_add swupd add-apt-repository apt-add-repository', packages.byName);
add('uv', packages.uv);
add('go', go);
add(packages.OPTION_TOOLS, packages.byOption);
add('code cursor codium', packages.extension);

add('gh glab', forgeApi);
add('http https xh httpie', httpie);
add('curl', network.curl);
add('wget wget2', network.wget);
add('dig nslookup host', network.printsNetwork);
add('aws gsutil gcloud gh rclone mc', network.cloudCopy);
add('iwr irm wget.exe', network.printsNetwork);
add('fetch aria2c axel http https xh lynx w3m links lwp-request httpie GET', network.fetches);
add('nc ncat netcat socat telnet', network.netcat);
add('scp sftp', network.remoteCopy);
add('deno npx bunx pnpx pnpm yarn npm uvx pipx bun', network.runsRemote);

add(INTERPRETERS, interpreter);
add('java kotlin rust-script zig crystal nim dotnet-script tcc', runsSource);
add('awk gawk mawk nawk', awk);
add('sed gsed', sed);
add(TEXT_OPTION_TOOLS, textOptions);
add('make gmake just', make);
add('npm yarn pnpm bun', packageScript);
add('tar bsdtar gtar', archives.tar);
add('zip', archives.zip);
add('unzip 7z 7za 7zz', archives.unzip);
add('mkfifo mknod', archives.namedPipe);
add('ed ftp lftp sftp', bangLines);

add('echo', text.echo);
add('printf', text.printf);
add('cat', text.cat);
add('tac', text.tac);
add('rev', text.rev);
add('base64 base32', text.base64);
add('xxd', text.xxd);
add('openssl', text.openssl);
add('gpg gpg2 gunzip zcat gzcat bunzip2 bzcat unxz xzcat unzstd zstdcat uudecode age', text.opaque);
add('gzip bzip2 xz zstd lz4 brotli lzma', text.unpacks);
add('tr', text.tr);
add('cut', text.cut);
add('head tail sort uniq nl fold column less more pv', text.passes);
add('paste', text.paste);
add('grep egrep fgrep rg ag ack zgrep', text.grep);

add('mktemp', pathTools.mktemp);
add('dirname', pathTools.dirname);
add('basename', pathTools.basename);
add('realpath readlink', pathTools.realpath);
add('ls', pathTools.ls);
add('seq', pathTools.seq);

/** Their own handlers look through what they run. */
const UNWRAPPED = namesIn(`${PRIVILEGED} command`);

const handlersOf = (name: string): readonly Handler[] => {
  const named = TABLE.of(name);
  return executorsOf(name).length > 0 && !UNWRAPPED.has(name) ? [...named, unwrap] : named;
};

/** Each handler adds what it finds to what the ones before it found; the last one that knows the output tells it. */
const together =
  (handlers: readonly Handler[]): Handler =>
  (call) => {
    let output: ReturnType<Handler>;
    for (const handler of handlers) output = handler(call) ?? output;
    return output;
  };

const made = new WeakMap<readonly Handler[], Handler>();

/** What looks into a command, by its plain name; undefined for a command that nobody knows. */
export const handlerOf = (name: string): Handler | undefined => {
  const named = TABLE.of(name);
  const before = made.get(named);
  if (before !== undefined) return before;
  const handlers = [...new Set(handlersOf(name))];
  if (handlers.length === 0) return undefined;
  const handler = together(handlers);
  made.set(named, handler);
  return handler;
};
