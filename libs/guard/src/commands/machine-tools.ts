import { readArgs, valued } from '../argv.js';
import type { Call, Handler } from '../machine.js';
import { targetsOf } from '../paths/target.js';

const ASKS = /^(--help|--version|-V|-h|help)$/;

/** Tools that change the machine for everyone on it: the words that, in this order, do it. */
const CHANGES: Readonly<Record<string, readonly [RegExp, string]>> = {
  swapoff: [/./, 'takes swap away'],
  insmod: [/./, 'loads code into the kernel'],
  rmmod: [/./, 'takes code out of the kernel'],
  modprobe: [/^(?!.*(-n\b|--dry-run|--show|-c\b|-D\b))./, 'changes the kernel'],
  ip: [
    /\b(link set .*\bdown|link del(ete)?|route (flush|del(ete)?)|addr(ess)? (flush|del(ete)?)|-all netns|netns del)/,
    'takes the network down',
  ],
  ifconfig: [/\bdown\b/, 'takes the network down'],
  ifdown: [/./, 'takes the network down'],
  route: [/\b(del|flush)\b/, 'takes the network down'],
  nmcli: [
    /\b(networking off|radio \S+ off|con(nection)? (down|del(ete)?)|dev(ice)? (disconnect|delete))\b/,
    'takes the network down',
  ],
  tc: [/\bqdisc (add|replace|change)\b/, 'slows the network down'],
  hostnamectl: [/^(set-\w+|hostname \S)/, 'renames the machine'],
  hostname: [/^(?!-)\S|^(-b|-F|--file)\b/, 'renames the machine'],
  timedatectl: [/^set-/, 'changes the clock'],
  hwclock: [/(^| )(-w|-s|--systohc|--hctosys|--set)\b/, 'changes the clock'],
  date: [/(^| )(-s|--set)(=| |$)/, 'changes the clock'],
  csrutil: [/^disable\b/, 'switches the protection of the system off'],
  spctl: [/--(master|global)-disable/, 'switches the protection of the system off'],
  dscl: [/(^| )-(delete|create|passwd)\b/, 'changes the accounts of the machine'],
  tmutil: [/^(delete|disable|deletelocalsnapshots)\b/, 'deletes backups'],
  pmset: [/^(sleepnow|displaysleepnow)\b/, 'puts the machine to sleep'],
  launchctl: [/^(unload|bootout|remove|reboot)\b/, 'stops services of the machine'],
  'update-rc.d': [/\b(remove|disable)\b/, 'stops services of the machine'],
  chkconfig: [/\boff\b|--del\b/, 'stops services of the machine'],
  grub_install: [/./, 'changes what the machine starts'],
  efibootmgr: [/(^| )-[a-zA-Z]*[Bb]/, 'changes what the machine starts'],
  firewall_cmd: [/--(panic-on|remove-|set-default-zone)/, 'opens the firewall'],
  ipset: [/^(destroy|flush)\b/, 'opens the firewall'],
  auditctl: [/(^| )(-D|-e 0)\b/, 'switches the audit off'],
  aa_teardown: [/^/, 'switches AppArmor off'],
};
const SPELLED = (name: string): string => name.replaceAll('_', '-');
export const MACHINE_TOOLS: readonly string[] = Object.keys(CHANGES).map(SPELLED);

export const machineTool: Handler = ({ argv, machine, name }) => {
  const row = CHANGES[name] ?? CHANGES[name.replaceAll('-', '_')];
  const words = argv.slice(1);
  if (row === undefined || words.some((word) => ASKS.test(word) && name !== 'date')) return undefined;
  if (row[0].test(words.join(' '))) machine.emit({ kind: 'system', tool: name, what: row[1] });
  return undefined;
};

/** `mount`, `umount`: what the system stands on; a mount of the task's own in its scratch is its own. */
export const mount: Handler = (call: Call) => {
  const { machine, name, shell } = call;
  const args = readArgs(call.argv, valued('-t --types -o --options -L -U --source --target -O'));
  const all = args.options.some(({ name: option }) => option === '-a' || option === '--all');
  const remounts = args.options.some(({ value }) => /\bremount\b/.test(value ?? ''));
  const own = args.operands.every((operand) =>
    targetsOf(operand, shell, machine.site).every(({ zone }) =>
      /^(inside|scratch|nothing|unknown|outside)$/.test(zone),
    ),
  );
  const touches = name === 'umount' ? !own : remounts && !own;
  if (all || touches) machine.emit({ kind: 'system', tool: name, what: 'changes what the system stands on' });
  return undefined;
};
