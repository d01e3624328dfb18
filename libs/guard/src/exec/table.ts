import { NameTable } from '../names.js';
import { executor, type Executor, type Row } from './executor.js';

const ROWS = new NameTable<Row>();

const add = (names: string, ...rows: readonly Row[]): void => {
  for (const row of rows) ROWS.add(names, row);
};

const made = new WeakMap<readonly Row[], readonly Executor[]>();

/** How a program runs another one, if it does. */
export const executorsOf = (name: string): readonly Executor[] => {
  const rows = ROWS.of(name);
  const before = made.get(rows);
  if (before !== undefined) return before;
  const executors = rows.map(executor);
  made.set(rows, executors);
  return executors;
};

// Start another program, changed in some way.
add('nohup setsid unbuffer fakeroot dbus-run-session linux32 linux64 tini dumb-init nocorrect noglob', {});
add('cpulimit', { valued: '-l -p -e -P --limit --pid --exe --path' });
add('ld.so multitime pexec pidstat ssh-agent torify fakechroot uftrace tsocks catchsegv retry-cli', {
  valued: '-n -q -a',
});
add('uftrace', { sub: 'record' });
add('xdotool', { sub: 'exec' });
add('logsave setlock faketime setarch', { skip: 1 });
add('builtin exec-path toolbox-run caffeinate dotenv-run torsocks proxychains proxychains4 eatmydata', {});
add('env cross-env cross-env-shell env-cmd', {
  assigns: true,
  valued: '-u --unset -C --chdir -f -a --argv0',
  text: '-S --split-string',
});
add('timeout', { skip: 1, valued: '-k --kill-after -s --signal' });
add('nice', { valued: '-n --adjustment' });
add('ionice', { valued: '-c --class -n --classdata -p -P -u' });
add('stdbuf', { valued: '-i -o -e --input --output --error' });
add('time', { valued: '-f --format -o --output' });
add('chrt', { skip: 1, valued: '-T -P -D -p' });
add('taskset', { skip: 1, valued: '-p' });
add('numactl', { valued: '-C -N -m -i -p -l' });
add('choom', { valued: '-n -p' });
add('prlimit cgexec', { valued: '-g -p' });
add('unshare nsenter', { valued: '-S -G -R -w -t --target --setuid --setgid --root --wd --map-user --map-group' });
add('chroot', { skip: 1, valued: '--userspec --groups' });
add('setpriv capsh', { valued: '--reuid --regid --groups --user --inh --caps', text: '-c' });
add('runuser', { valued: '-u --user -g --group -s --shell -w', text: '-c --command --session-command' });
add('su', { skip: 1, valued: '-g --group -s --shell -w', text: '-c --command --session-command' });
add('newgrp', { skip: 1, reads: true, valued: '-' });
add('sg', { skip: 1, text: '-c', form: 'shell' });
add('sudo doas pkexec run0', {
  assigns: true,
  valued: '-u -g -h -p -C -D -R -T -U -r -t --user --group --prompt --chdir',
});
add('gosu su-exec chpst setuidgid envdir softlimit', { skip: 1, valued: '-u -U -e -P -n -m -d -o -p -f -c -r -t' });
add('systemd-run systemd-inhibit', {
  valued: '-p --property -u --unit --slice -E --setenv --uid --gid --working-directory -H -M --on-active --description',
});
add('strace ltrace', { valued: '-e -o -p -s -u -E -P -a -b -I -O -S -X -n -l -x' });
add('valgrind perf heaptrack', {}, { sub: 'stat', valued: '-e -o -r' }, { sub: 'record', valued: '-e -o -F -g' });
add('rlwrap xvfb-run proot firejail daemonize', { valued: '-n -s -e -f -p -w -r -b -R -c -o -H -S -P -C -g' });
add('just', { after: '--command -c' });
add('flock', { skip: 1, valued: '-w --timeout -E --conflict-exit-code', text: '-c --command' });
add('script', { skip: 1, valued: '-t -T -B -I -O -E -o -m', text: '-c --command' });
add('watch', { form: 'shell', valued: '-n --interval -q --equexit' });
add('start-stop-daemon', {
  dashes: true,
  program: '--exec',
  valued: '-x --exec -a --startas -p --pidfile -u -n -c -d -s',
});
add('command', { valued: '' });
add('exec', { valued: '-a' });
add('busybox toybox', {});
add('coproc then do', {});

// Run it somewhere else.
const SSH = '-p -i -l -F -L -R -D -J -W -b -c -e -m -O -Q -S -w -B -E -I -P -o';
add('ssh autossh', { skip: 1, form: 'shell', valued: `${SSH} -M`, reads: true });
add('rsh rlogin dbclient', { skip: 1, form: 'shell', valued: '-l -p -i', reads: true });
add('sshpass', { valued: '-p -f -d' });
add('mosh', { skip: 1, valued: '-p' });
add('pssh parallel-ssh pdsh clush dsh', { skip: 0, form: 'shell', valued: '-h -H -l -p -w -x -g -t -o -e -i' });
add('ansible', { skip: 9, valued: '-m -i -u -e -l -f --module-name --inventory', text: '-a --args' });
add('salt salt-call salt-ssh', { skip: 2, form: 'shell', valued: '-L -G -E -t' });
const CONTAINER = '-e --env -u --user -w --workdir --env-file --detach-keys --index';
const RUN =
  `${CONTAINER} -v --volume --name --network --net -p --publish --mount -m --memory --cpus -h --hostname -l --label ` +
  '--entrypoint --platform --pull --restart --add-host --cap-add --cap-drop --security-opt --device --tmpfs --pid --ipc ' +
  '--uts --ulimit --log-driver --log-opt --ip --dns --link --volumes-from --gpus --shm-size --cidfile --runtime --userns -a';
const ENGINE =
  '-H --host -c --context --config -l --log-level -f --file --profile --project-name --project-directory --url --connection';
add(
  'docker podman nerdctl docker-compose finch',
  { sub: 'exec', skip: 1, valued: `${CONTAINER} ${ENGINE}` },
  { sub: 'run', skip: 1, valued: `${RUN} -H --host --context --config --log-level` },
  { sub: 'create', skip: 1, valued: RUN },
  { sub: 'container exec', skip: 1, valued: `${CONTAINER} ${ENGINE}` },
  { sub: 'container run', skip: 1, valued: RUN },
  { sub: 'compose exec', skip: 1, valued: `${CONTAINER} ${ENGINE}` },
  {
    sub: 'compose run',
    skip: 1,
    valued: `${CONTAINER} ${ENGINE} --name -v --volume -p --publish --entrypoint -l --label`,
  },
);
const KUBE =
  '-n --namespace -c --container --context --kubeconfig --cluster --user -s --server --image -l --selector -f --filename ' +
  '--as --as-group --token -o --output --target --env --labels --overrides --pod-running-timeout --request-timeout -v';
add(
  'kubectl oc k kubecolor',
  { sub: 'exec', skip: 1, valued: KUBE },
  { sub: 'rsh', skip: 1, valued: KUBE },
  { sub: 'run', skip: 1, valued: KUBE, dashes: true },
  { sub: 'debug', skip: 1, valued: KUBE, dashes: true },
);
add('minikube microk8s k3s k0s', { sub: 'kubectl', as: 'kubectl' }, { sub: 'ssh', form: 'shell' });
add('lxc incus multipass', { sub: 'exec', skip: 1 });
add('limactl', { sub: 'shell', skip: 1 });
add('colima vagrant', { sub: 'ssh', dashes: true, text: '-c --command' });
add('adb', { sub: 'shell', form: 'shell', valued: '-s' });
add('wsl', { valued: '-d -u -e --distribution --user --exec' });
add('machinectl', { sub: 'shell', skip: 1 });
add('distrobox toolbox', { sub: 'run', valued: '-c --container' }, { sub: 'enter', dashes: true });
add('az', { sub: 'vm run-command invoke', skip: 9, text: '--scripts' });
add('heroku', { sub: 'run', form: 'shell', valued: '-a --app -r --remote -s --size' });
add('fly flyctl', { sub: 'ssh console', text: '-C --command', valued: '-a --app' });
add('gcloud', { sub: 'compute ssh', skip: 9, text: '--command', valued: '--zone --project' });

// Tools that run a project's program in its environment.
add('npx bunx pnpx', { valued: '-p --package -w --workspace --cache --prefix --registry', text: '-c --call' });
add(
  'npm',
  { sub: 'exec', text: '-c --call', valued: '-p --package -w --workspace --prefix' },
  { sub: 'x', text: '-c --call' },
  { sub: 'explore', dashes: true },
);
add(
  'pnpm yarn bun',
  { sub: 'exec', text: '-c', valued: '-C --filter --cwd -F' },
  { sub: 'dlx', valued: '-p --package' },
  { sub: 'x' },
);
add('poetry pipenv pdm hatch rye doppler infisical teller honcho foreman dotenvx devbox op', {
  sub: 'run',
  valued: '-e --env -p --project -C -c --config --with -f --env-file',
  text: '--command',
});
add('uv', {
  sub: 'run',
  valued: '--with -p --python --project --directory --group --extra --env-file --with-requirements',
});
add('uv', { sub: 'tool run', valued: '--from --with -p --python' });
add('uvx', { valued: '--from --with -p --python' });
add('pipx', { sub: 'run', valued: '--spec --python --pip-args' });
add('conda mamba micromamba', { sub: 'run', valued: '-n --name -p --prefix --cwd' });
add('bundle rbenv pyenv nodenv asdf goenv jenv', { sub: 'exec' });
add('mise rtx', { sub: 'exec', dashes: true }, { sub: 'x', dashes: true });
add('corepack', {});
add('direnv', { sub: 'exec', skip: 1 });
add('nix-shell', { skip: 9, text: '--run --command', valued: '-p -A -E -I' });
add('nix', { sub: 'develop', after: '-c --command' }, { sub: 'shell', after: '-c --command' });
add('nix', { sub: 'run', dashes: true });
add('aws-vault chamber', { sub: 'exec', skip: 1, valued: '-d --duration' });
add('envchain summon', { skip: 1, valued: '-f -p' });
add('dotenv', { valued: '-e -f -v -c --file' });
add('shx retry eslint_d-run', { valued: '-t -d -n' });
add('lerna nx rush', { sub: 'exec', dashes: true });
add('concurrently start-server-and-test', {
  form: 'each',
  valued: '-n --names -c --prefix-colors -p --prefix -l -m -s',
});
add('hyperfine', {
  form: 'each',
  valued:
    '-w --warmup -r --runs -m -M --min-runs --max-runs -n --command-name -L -P -S --export-json --export-markdown',
  text: '-p --prepare -c --cleanup -s --setup --conclude',
});
add('nodemon', { skip: 9, text: '-x --exec', valued: '-w --watch -e --ext -i --ignore -d' });
add('chokidar', { skip: 9, text: '-c --command' });
add('onchange', { dashes: true });
add('watchexec', { valued: '-w -e -i -f -d -s --watch --exts --ignore --filter --debounce', form: 'shell' });
add('entr', {});
add('reflex', { valued: '-g -R -t' });
add('cargo', { sub: 'watch', skip: 9, text: '-s --shell' });
add('tmux', { sub: 'new-session', form: 'shell', valued: '-s -n -c -x -y -t -e -F' });
for (const sub of ['new', 'neww', 'new-window', 'splitw', 'split-window', 'run', 'run-shell', 'respawn-pane']) {
  add('tmux', { sub, form: 'shell', valued: '-s -n -c -x -y -t -e -F -l -p' });
}
for (const sub of ['send', 'send-keys']) add('tmux', { sub, form: 'each', valued: '-t -N' });
add('screen', { form: 'each', valued: '-S -X -p -c -t -T -h -e' });
add('screen', { valued: '-S -c -h -t -T -p -e', text: '-X' });
add('repo', { sub: 'forall', skip: 9, text: '-c' });
add('at batch', { skip: 9, valued: '-f -q -t', reads: true });
