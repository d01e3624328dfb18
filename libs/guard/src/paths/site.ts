/** Where a decision is made: everything about the machine that the rules need, given by the caller. */
export interface Site {
  /** Absolute, normalised. */
  readonly workspace: string;
  readonly home: string;
  /** The folder the command starts in. */
  readonly cwd: string;
  /** Folders whose children are the task's scratch. */
  readonly scratch: readonly string[];
  /** Paths of the guard and its configuration, besides the ones it knows by itself. */
  readonly guarded: readonly string[];
  /** Paths the operator protects, as anchored expressions. */
  readonly protectedPaths: readonly RegExp[];
  /** Where the symbolic links on the machine lead; see `Place`. */
  readonly links: ((path: string) => string | undefined) | undefined;
}

/** Where the administrator is at home, on every Unix but macOS. */
export const ROOT_HOME = '/root';

/** Folders in which nothing is the task's. */
export const SYSTEM_FOLDERS: ReadonlySet<string> = new Set(
  (
    '/bin /boot /dev /etc /home /lib /lib32 /lib64 /libx32 /lost+found /media /mnt /opt /proc /root /run /sbin /snap ' +
    '/srv /sys /usr /var /nix /Applications /Library /System /Users /Volumes /private /cores /usr/local /usr/bin ' +
    '/usr/lib /usr/sbin /usr/share /usr/include /usr/local/bin /usr/local/lib /usr/src /var/lib /var/log /var/db ' +
    '/var/www /var/spool /var/cache /var/run /var/backups /private/etc /private/var /etc/ssh /etc/ssl /etc/systemd'
  ).split(' '),
);

/** System folders that an unset variable leaves behind; without the ones that projects name their own folders after. */
export const BARE_SYSTEM: ReadonlySet<string> = new Set(
  '/boot /dev /etc /home /media /mnt /opt /proc /root /run /sbin /srv /sys /usr /var'.split(' '),
);
