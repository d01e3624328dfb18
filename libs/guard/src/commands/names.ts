import { asEmpty, globRegExp, hasGlob, hasUnknown } from '../shell/marks.js';

/** Commands that a disguised name is compared with: `/b?n/rm`, `su$x'do'`. */
const DISGUISED = (
  'rm sudo doas dd bash sh zsh dash git curl wget chmod chown find xargs env shred mkfs npm pip pip3 apt apt-get ' +
  'shutdown reboot poweroff halt kubectl psql mysql eval python python3 perl node unlink mv tee busybox su kill'
).split(' ');
const FOLDERS = ['/bin/', '/usr/bin/', '/sbin/', '/usr/sbin/', '/usr/local/bin/'];
const pathsOf = (name: string): readonly string[] => [name, ...FOLDERS.map((folder) => folder + name)];

const GNU_ON_MAC =
  /^g(rm|dd|find|xargs|mv|cp|tee|chmod|chown|timeout|env|shred|nice|stdbuf|base64|printf|echo|unlink|truncate|ln|install)$/;

const matching = (pattern: string): string | undefined => {
  const matcher = globRegExp(pattern);
  return DISGUISED.flatMap(pathsOf).find((path) => matcher.test(path));
};

/** The plain name of a command: no folder, no version, no disguise. Empty if it cannot be told. */
export const plainName = (word: string, known: (name: string) => boolean): string => {
  let name = word;
  if (hasUnknown(name)) name = asEmpty(name);
  if (hasGlob(name)) name = matching(name) ?? name;
  const slash = name.lastIndexOf('/');
  if (slash !== -1) name = name.slice(slash + 1);
  if (known(name)) return name;
  // `npx tool@5`.
  const tagged = /^([A-Za-z][\w-]*)@[\w.^~*-]+$/.exec(name)?.[1];
  if (tagged !== undefined && known(tagged)) return tagged;
  const versioned = /^([a-z][a-z+_]*?)[-.]?\d+(\.\d+)*(-\w+)?$/.exec(name)?.[1];
  if (versioned !== undefined && known(versioned)) return versioned;
  if (/^ld(-linux[\w-]*|-musl[\w-]*)?\.so(\.\d+)*$/.test(name)) return 'ld.so';
  if (name.startsWith('mkfs.') || name.startsWith('newfs_')) return 'mkfs';
  const mac = GNU_ON_MAC.exec(name)?.[1];
  if (mac !== undefined) return mac;
  return name.endsWith('.exe') ? plainName(name.slice(0, -4), known) : name;
};
