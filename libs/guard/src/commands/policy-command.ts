import type { Call } from '../machine.js';
import type { GuardPolicy } from '../policy/policy.js';

const HOST_START = /[@/.:=]/;

const namesHost = (word: string, host: string): boolean => {
  const at = word.toLowerCase().indexOf(host);
  if (at === -1) return false;
  const before = at === 0 ? '' : word.charAt(at - 1);
  const after = word.charAt(at + host.length);
  return (before === '' || HOST_START.test(before)) && !/[\w.-]/.test(after);
};

/** Looks whether a rule of the operator's own speaks of this call. */
export const policyCommand = (call: Call, policy: GuardPolicy): void => {
  const words = [call.name, ...call.argv.slice(1)];
  for (const rule of policy.rules) {
    const { command, flags } = rule;
    const starts = command.every((word, index) => words[index] === word);
    if (starts && flags.every((flag) => words.includes(flag))) call.machine.emit({ kind: 'policy', rule: rule.id });
  }
  for (const host of policy.protectedHosts) {
    if (words.slice(1).some((word) => namesHost(word, host)))
      call.machine.emit({ kind: 'policy', rule: 'policy.host' });
  }
};
