import { readArgs, valued, valueOf } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { unwrap } from '../exec/unwrap.js';
import { targetsOf } from '../paths/target.js';
import { SOME, STAR } from '../shell/marks.js';
import type { Shell } from '../shell/state.js';
import { writeTo } from './files.js';

const asks = (call: Call): boolean => call.argv.slice(1).some((arg) => /^(--help|--version|-V)$/.test(arg));

/** `sudo`, `su` and their like: refused in any form, and looked through all the same. */
export const privilege: Handler = (call) => {
  call.machine.emit({ kind: 'privilege', tool: call.name });
  return unwrap(call);
};

export const format: Handler = (call) => {
  const { operands } = readArgs(call.argv, valued('-t -L -b -m -i -N -U -T -E -O -I'));
  const [device] = operands;
  // An image in a file of the task's own is its own.
  const own =
    device !== undefined &&
    /^mk/.test(call.name) &&
    targetsOf(device, call.shell, call.machine.site).every(({ zone }) => zone === 'inside' || zone === 'scratch');
  if (!asks(call) && call.argv.length > 1 && !own) call.machine.emit({ kind: 'format', tool: call.name });
  return '';
};

const DISK_VERBS: Readonly<Record<string, RegExp>> = {
  parted: /^(rm|mklabel|mktable|mkpart|resizepart)$/,
  sgdisk: /^(-Z|-z|-o|--zap.*|--clear|-d.*|--delete.*)$/,
  sfdisk: /^(?!-[ldJsVg]|--(list|dump|json)).*$/,
  fdisk: /^(?!-l$|--list$|-x$).*$/,
  gdisk: /^(?!-l$).*$/,
  cfdisk: /^(?!-).*$/,
  zpool: /^(destroy|labelclear)$/,
  zfs: /^(destroy|rollback)$/,
  btrfs: /^delete$/,
  cryptsetup: /^(luksFormat|erase|luksErase|luksKillSlot|reencrypt)$/,
  mdadm: /^--(zero-superblock|stop|fail)$/,
  hdparm: /^--(security-erase.*|trim-sector-ranges|make-bad-sector|dco-restore)$/,
  nvme: /^(format|sanitize|write-zeroes|delete-ns)$/,
  badblocks: /^-[a-z]*w/,
  diskutil: /^(erase\w*|partitionDisk|reformat|zeroDisk|randomDisk|secureErase|deleteVolume|deleteContainer)$/i,
  tune2fs: /^-[OU]/,
  lvm: /^(lvremove|vgremove|pvremove)$/,
  xfs_repair: /^-L$/,
  dmsetup: /^(remove|remove_all|wipe_table|clear)$/,
};

/** Disk tools: only the verbs that destroy. */
export const disk: Handler = (call) => {
  const pattern = DISK_VERBS[call.name];
  const verb = call.argv.slice(1).find((arg) => pattern?.test(arg) === true);
  if (verb !== undefined && !asks(call)) call.machine.emit({ kind: 'format', tool: `${call.name} ${verb}` });
  return undefined;
};
export const DISK_TOOLS: readonly string[] = Object.keys(DISK_VERBS);

export const powerOff: Handler = (call) => {
  const harmless =
    asks(call) || call.argv.includes('-c') || call.argv.some((arg) => /^(--show|-w|--wtmp-only)$/.test(arg));
  if (!harmless) call.machine.emit({ kind: 'power-off', tool: call.name });
  return '';
};

export const init: Handler = ({ argv, machine, name }) => {
  if (/^[016s]$/i.test(argv[1] ?? '')) machine.emit({ kind: 'power-off', tool: `${name} ${argv[1] ?? ''}` });
  return '';
};

const POWER =
  /^(poweroff|reboot|halt|kexec|soft-reboot|suspend|hibernate|hybrid-sleep|suspend-then-hibernate|rescue|emergency|exit)$/;
const GUARDED_UNIT =
  /^(ssh|sshd|systemd-\w+|dbus|networking|network-manager|networkmanager|firewalld|ufw|docker|kubelet|rig(-[\w-]*)?|guard-svc)(\.service)?$/i;

export const systemctl: Handler = ({ argv, machine, name }) => {
  const { operands } = readArgs(argv, valued('-H -M -t --type --state -p -n -o --signal --root --job-mode'));
  const [verb = '', ...units] = name === 'service' ? [operands[1] ?? '', operands[0] ?? ''] : operands;
  if (
    POWER.test(verb) ||
    (/^(isolate|start)$/.test(verb) && /(poweroff|reboot|halt|rescue|emergency)\.target/.test(units.join(' ')))
  ) {
    machine.emit({ kind: 'power-off', tool: `${name} ${verb}` });
  }
  if (/^(stop|disable|mask|kill)$/.test(verb) && units.some((unit) => GUARDED_UNIT.test(unit))) {
    machine.emit({ kind: 'system', tool: name, what: `${verb} ${units.join(' ')}` });
  }
  return undefined;
};

/** Names of what the guard is made of, where it runs. */
export const GUARD_PROCESS = /rig[-_ ]?(guard|hook|worker)|guard[-_]?(hook|svc)|agent-worker/;

/** `ps` names every process, until something picks some of them. */
export const ps: Handler = ({ argv }) =>
  argv.slice(1).some((word) => /^(-p|-C|-G|-t|--pid|--ppid|-q)/.test(word)) ? SOME : `${STAR}\n`;

export const kill: Handler = ({ argv, machine, name }) => {
  const words = argv.slice(1);
  const targets = words.filter(
    (word, index) =>
      !/^-[A-Za-z]/.test(word) &&
      words[index - 1] !== '-s' &&
      (index > 0 || !/^-\d+$/.test(word) || words.length === 1),
  );
  if (targets.some((word) => GUARD_PROCESS.test(word)))
    machine.emit({ kind: 'tamper', what: `${name} of the guard's process` });
  // `kill -9 -1`: the first word with a dash is the signal, a later one a group.
  if (targets.some((word) => word === '-1' || word === '1' || word.includes(STAR)) && !words.includes('-l'))
    machine.emit({ kind: 'signal-all', tool: name });
  return '';
};

export const pkill: Handler = ({ argv, machine, name }) => {
  const words = argv.slice(1);
  const { operands } = readArgs(argv, valued('-s --signal -u -U -g -G -P -t --ns -F'));
  const [pattern] = operands;
  if (pattern !== undefined && /^[.*^$]*$/.test(pattern)) machine.emit({ kind: 'signal-all', tool: name });
  if (pattern === undefined && words.some((word) => /^(-u|-U|--euid)/.test(word)))
    machine.emit({ kind: 'signal-all', tool: name });
  if (operands.some((operand) => GUARD_PROCESS.test(operand)))
    machine.emit({ kind: 'tamper', what: `${name} of the guard's process` });
  return '';
};

/** `pgrep` of the guard's process: whoever takes it up to kill it is found by its name. */
export const pgrep: Handler = ({ argv }) => {
  const guard = argv.find((word) => GUARD_PROCESS.test(word));
  return guard === undefined ? SOME : `${guard}\n`;
};

export const killEverything: Handler = ({ machine, name }) => {
  machine.emit({ kind: 'signal-all', tool: name });
  return '';
};

const FIREWALL = /^(-F|--flush|-X|--delete-chain|-P|--policy)$/;

export const firewall: Handler = ({ argv, machine, name }) => {
  const flush =
    argv.slice(1).some((arg) => FIREWALL.test(arg)) ||
    /^(disable|reset)$/.test(readArgs(argv).operands[0] ?? '') ||
    /flush ruleset/.test(argv.join(' '));
  if (flush) machine.emit({ kind: 'system', tool: name, what: 'switches the firewall off' });
  return undefined;
};

export const accounts: Handler = (call) => {
  if (!asks(call)) call.machine.emit({ kind: 'system', tool: call.name, what: 'changes the accounts of the machine' });
  return undefined;
};

export const setenforce: Handler = ({ argv, machine, name }) => {
  if (/^(0|permissive)$/i.test(argv[1] ?? ''))
    machine.emit({ kind: 'system', tool: name, what: 'switches SELinux off' });
  return undefined;
};

export const sysctl: Handler = (call) => {
  const sets = call.argv.slice(1).some((arg) => arg === '-w' || arg === '--write' || /^[\w.]+=/.test(arg));
  if (sets) call.machine.emit({ kind: 'system', tool: 'sysctl', what: 'changes the kernel' });
  return undefined;
};

/** Whether a client would be told of another workspace than the task's. */
const widened = (shell: Shell, workspace: string): boolean =>
  shell.has('RIG_WORKSPACE') && shell.get('RIG_WORKSPACE') !== workspace;

/** The agent's own clients, started in a way that leaves the guard out. */
export const agentClient: Handler = ({ argv, machine, name, shell }) => {
  const unguarded = argv.find((arg) =>
    /^--(dangerously-.*|bare|settings|setting-sources|yolo|no-hooks|disable-hooks|sandbox=danger.*|full-auto|permission-mode)(=|$)/.test(
      arg,
    ),
  );
  const elsewhere = (name === 'claude' && shell.has('CLAUDE_CONFIG_DIR')) || widened(shell, machine.site.workspace);
  const reconfigures =
    name === 'claude' &&
    /^config (set|remove|add) .*\b(hooks?|permissions?|disableAllHooks)\b/.test(argv.slice(1).join(' '));
  const bypass =
    elsewhere ||
    reconfigures ||
    (name === 'gemini' && argv.includes('-y')) ||
    argv.some((arg) => /^(bypassPermissions|danger-full-access)$/.test(arg));
  if (unguarded !== undefined || bypass)
    machine.emit({ kind: 'tamper', what: `${name} ${unguarded ?? 'without permissions'}` });
  return undefined;
};

/** `ansible -m file -a 'path=/etc state=absent'`: a module that deletes, judged as `rm` here. */
export const ansible: Handler = (call) => {
  const args = readArgs(call.argv, valued('-m --module-name -a --args -i -u -e -l -f --inventory'));
  if (!/(^|\.)file$/.test(valueOf(args, '-m', '--module-name') ?? '')) return undefined;
  const given = valueOf(args, '-a', '--args') ?? '';
  const path = /\b(?:path|dest|name)=(\S+)/.exec(given)?.[1];
  if (path === undefined || !/\bstate=absent\b/.test(given)) return undefined;
  return call.machine.invoke(['rm', '-rf', '--', path], call.shell.fork(), '');
};

/** `rig`: its own guard commands that would take the guard away. */
export const rig: Handler = ({ argv, machine }) => {
  const [area, verb] = readArgs(argv).operands;
  const removes = /^(uninstall|remove|disable|off|stop|reset)$/.test(verb ?? '');
  if ((area === 'hooks' || area === 'guard') && removes)
    machine.emit({ kind: 'tamper', what: `rig ${area} ${verb ?? ''}` });
  return undefined;
};

export const chattr: Handler = (call) => {
  for (const word of call.argv.slice(1)) if (!/^[-+=]/.test(word)) writeTo(call, word, 'edit');
  return '';
};

export const messageBus: Handler = ({ argv, machine, name }) => {
  if (argv.slice(1).some((arg) => /(^|\.)(PowerOff|Reboot|Halt|Suspend|Hibernate|KExec)$/.test(arg)))
    machine.emit({ kind: 'power-off', tool: name });
  return undefined;
};

export const lowLevelPower: Handler = ({ argv, machine, name }) => {
  const acts =
    name === 'kexec'
      ? argv.includes('-e')
      : argv.some((arg, index) => argv[index - 1] === '-m' && /^(off|mem|disk)$/.test(arg));
  if (acts) machine.emit({ kind: 'power-off', tool: name });
  return undefined;
};
