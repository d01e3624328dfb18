import { NameTable } from '../names.js';

/** What a function of a language does, by its name. Names are looked up whole first, then by their last part. */
export type CallKind =
  | 'shell'
  | 'code'
  | 'delete'
  | 'write'
  | 'write-second'
  | 'move'
  | 'chmod'
  | 'chdir'
  | 'kill'
  | 'install'
  | 'query'
  | 'open'
  | 'download';

const TABLE: Readonly<Record<CallKind, string>> = {
  shell:
    'os.system os.popen os.execl os.execle os.execlp os.execv os.execve os.execvp os.execvpe os.spawnl os.spawnlp os.spawnv ' +
    'os.spawnvp os.posix_spawn os.posix_spawnp subprocess.run subprocess.call subprocess.check_call subprocess.Popen ' +
    'subprocess.check_output subprocess.getoutput subprocess.getstatusoutput commands.getoutput pty.spawn sp.run sp.call ' +
    'system popen check_call check_output Popen getoutput getstatusoutput execSync execFile execFileSync spawn spawnSync ' +
    'shell_exec passthru proc_open pcntl_exec exec popen2 popen2e popen3 capture2 capture2e capture3 pipeline execa ' +
    'execaSync execaCommand execaCommandSync execute Command doShellScript readpipe create_subprocess_shell ' +
    'create_subprocess_exec execvp execv execl execlp posix_spawn pexpect.run pexpect.spawn Process ProcessBuilder shelljs.exec sh.exec Process.run run call',
  code: 'eval Function runInNewContext runInThisContext runInContext instance_eval class_eval module_eval compile execfile',
  delete:
    'shutil.rmtree os.remove os.unlink os.rmdir os.removedirs rmtree remove_tree removedirs unlink unlinkSync rmSync rmdirSync ' +
    'rmdir fs.rm fsp.rm fs.promises.rm rm rimraf rimrafSync rimraf.sync removeSync fs.remove emptyDirSync emptyDir rm_rf rm_r ' +
    'rm_f remove_dir remove_entry remove_entry_secure File.delete File.unlink Dir.delete Dir.rmdir Dir.unlink del.sync ' +
    'deleteSync RemoveAll send2trash remove_path remove rmrf',
  write:
    'writeFileSync writeFile appendFileSync appendFile createWriteStream outputFileSync File.write IO.write File.binwrite ' +
    'file_put_contents truncateSync os.truncate write_text write_bytes',
  'write-second':
    'shutil.copy shutil.copy2 shutil.copyfile os.symlink copyFileSync copyFile symlinkSync cpSync FileUtils.cp symlink',
  move: 'shutil.move os.rename os.replace os.renames renameSync FileUtils.mv File.rename rename fs.rename',
  chdir: 'os.chdir process.chdir Dir.chdir chdir FileUtils.cd Deno.chdir',
  download: 'urlretrieve copy Download download_file wget.download',
  chmod: 'os.chmod chmodSync chmod fs.chmod lchmod File.chmod FileUtils.chmod chmod_R FileUtils.chmod_R',
  kill: 'os.kill process.kill Process.kill posix_kill os.killpg kill',
  install: 'install.packages Pkg.add pip.main pipmain devtools.install_github install_github BiocManager::install',
  query:
    'query queryRaw executeRaw executescript executemany $executeRaw $executeRawUnsafe $queryRawUnsafe raw unsafe prepare ' +
    'mysqli_query pg_query exec_query exec_update do',
  open: 'open fopen File.open io.open codecs.open openSync',
};

const KINDS = new NameTable<CallKind>();
for (const kind of Object.keys(TABLE) as CallKind[]) KINDS.add(TABLE[kind], kind);

const kindOf = (name: string): CallKind | undefined => KINDS.of(name).at(-1);

/** Last parts too common to mean anything without what stands before them. */
const COMMON = new Set([
  'exec',
  'run',
  'call',
  'remove',
  'rm',
  'Command',
  'rename',
  'pipeline',
  'do',
  'compile',
  'execute',
  'kill',
  'copy',
  'chdir',
]);
const TRUSTED =
  /^(builtins|global|globalThis|window|pexpect|rimraf|os|fs|exec|urllib|request|wget|Dir|fsp|fse|sp|cp|subprocess|shutil|child_process|childProcess|shelljs|promises|FileUtils|Deno|Bun|shell|sh|Kernel|IO|Path|posix)$/;

export const callKind = (given: string): CallKind | undefined => {
  const name = given.endsWith('!') ? given.slice(0, -1) : given;
  const whole = kindOf(name);
  if (whole !== undefined) return whole;
  const parts = name.split(/\?\.|\.|::|->/);
  const last = parts.at(-1) ?? '';
  const before = parts.at(-2);
  if (before !== undefined && COMMON.has(last) && last !== 'execute' && !TRUSTED.test(before)) {
    return last === 'exec' || last === 'run' ? 'query' : undefined;
  }
  return kindOf(last);
};
