import { rule } from './rule.js';

export const fsOverwriteDevice = rule({
  id: 'fs.overwrite-device',
  category: 'files',
  kind: 'write',
  title: 'Writing to a device: dd, redirection, cp, tee.',
  example: 'dd if=/dev/zero of=/dev/sda',
  alternative: 'dd if=/dev/zero of=./disk.img bs=1M count=1',
  when: ({ target }) => target.zone === 'device' || target.path.startsWith('/proc/sysrq'),
  message: ({ target }) => `${target.written} is a device; writing to it destroys what is on it.`,
});
