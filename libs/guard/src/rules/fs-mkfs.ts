import { rule } from './rule.js';

export const fsMkfs = rule({
  id: 'fs.mkfs',
  category: 'files',
  kind: 'format',
  title: 'Formatting, partitioning or erasing a disk.',
  example: 'mkfs.ext4 /dev/sda1',
  alternative: 'lsblk',
  message: ({ tool }) => `${tool} destroys what is on the disk.`,
});
