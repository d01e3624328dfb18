import { asEmpty, hasUnknown, NETWORK, OPAQUE, readable, SOME, STAR, UNKNOWN } from '../shell/marks.js';
import type { Shell } from '../shell/state.js';
import { guardedBy, type Guarded } from './guarded.js';
import { BARE_SYSTEM, ROOT_HOME, SYSTEM_FOLDERS, type Site } from './site.js';

/** What a path is, seen from the task. */
export type Zone =
  | 'nothing'
  | 'root'
  | 'home'
  | 'system'
  | 'above'
  | 'workspace'
  | 'git'
  | 'inside'
  | 'scratch-root'
  | 'scratch'
  | 'device'
  | 'outside'
  | 'unknown';

export interface Target {
  /** As a person reads it. */
  readonly written: string;
  /** Absolute and without dots, with marks. */
  readonly path: string;
  readonly zone: Zone;
  /** Everything in the folder, not the folder: `dir/*`. */
  readonly all: boolean;
  /** A bare `.`, `..`, `*` or the like, said of the folder the command stands in. */
  readonly bare: boolean;
  /** What it would be if everything unknown were empty and that is a catastrophe. */
  readonly ifUnset: boolean;
  readonly guarded: Guarded | undefined;
  /** Where it leads, if the command itself made it a symbolic link. */
  readonly made: string | undefined;
}

const SAFE_DEVICE =
  /^\/dev\/(null|zero|full|random|urandom|tty\w*|pts\/.*|stdin|stdout|stderr|fd\/.*|shm\/.+|tcp\/.*|udp\/.*)$/;
const LIVING = /[^\uFDD4-\uFDD7.]/;

/** A segment that stands for everything in its folder: `*`, `?*`, `.*`, `[a-z]*`. */
const isAll = (segment: string): boolean => {
  if (!segment.includes(STAR)) return /^\.?\uFDD5+$/.test(segment);
  return !LIVING.test(segment.replace(/\uFDD6[^\uFDD7]*\uFDD7/g, ''));
};

const normalise = (path: string): string => {
  const out: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment === '..') out.pop();
    else out.push(segment);
  }
  return `/${out.join('/')}`;
};

/** The absolute path a field means, links the command made itself followed. */
export const absolute = (field: string, cwd: string, links?: ReadonlyMap<string, string>): string => {
  let path: string;
  const first = field.charCodeAt(0);
  // What begins with something unknown has no known folder: it stays unknown, and is judged once more as if empty.
  if (first >= 0xfdd0 && first <= 0xfdd3) return field;
  if (first === 0x2f) path = field;
  else if (hasUnknown(cwd.charAt(0))) return `${cwd}/${field}`;
  else path = `${cwd}/${field}`;
  path = /\/\.|\/\/|\/$/.test(path) ? normalise(path) : path;
  if (links === undefined || links.size === 0) return path;
  for (const [link, target] of links) {
    if (path === link && !field.endsWith('/')) continue;
    if (path === link || path.startsWith(`${link}/`)) return normalise(target + path.slice(link.length));
  }
  return path;
};

/** Whether a path lies somewhere below a folder. */
export const within = (path: string, folder: string): boolean =>
  path.startsWith(folder) && path.charAt(folder.length) === '/';

const REPOSITORY = /^\/\.git(\/(objects|refs|HEAD|config|index|packed-refs|logs|hooks)\b.*)?$/i;

const scratchZone = (path: string, site: Site): Zone | undefined => {
  for (const folder of site.scratch) {
    if (path === folder) return 'scratch-root';
    // A home that lies in one is a home all the same, as in containers and tests.
    if (within(path, folder) && !(within(site.home, folder) && within(path, site.home))) return 'scratch';
  }
  return undefined;
};

const zoneOf = (path: string, site: Site): Zone => {
  if (path === '/' || path === '//') return 'root';
  const { workspace, home } = site;
  if (path === workspace) return 'workspace';
  if (workspace !== '/' && within(path, workspace)) {
    return REPOSITORY.test(path.slice(workspace.length)) ? 'git' : 'inside';
  }
  const scratch = scratchZone(path, site);
  if (path === home || within(home, path)) return 'home';
  if (SYSTEM_FOLDERS.has(path)) return 'system';
  // Another's home, unless one works there.
  if (within(path, ROOT_HOME) && home !== ROOT_HOME && !within(workspace, ROOT_HOME)) return 'system';
  if (within(workspace, path)) return 'above';
  if (scratch !== undefined) return scratch;
  const first = path.charCodeAt(0);
  if (first >= 0xfdd0 && first <= 0xfdd3) return 'unknown';
  if (path.startsWith('/dev/')) return SAFE_DEVICE.test(path) ? 'scratch' : 'device';
  return 'outside';
};

const withoutAll = (path: string): string => {
  let end = path.length;
  for (;;) {
    const slash = path.lastIndexOf('/', end - 1);
    if (slash === -1 || !isAll(path.slice(slash + 1, end))) break;
    end = slash;
    if (end === 0) return '/';
  }
  return path.slice(0, end);
};

const UNKNOWN_FIRST = new Set([UNKNOWN, SOME, NETWORK, OPAQUE]);

/** Whether leaving out what is unknown turns the target into one that must never be deleted. */
const catastrophicIfUnset = (field: string, cwd: string, site: Site): boolean => {
  const bare = asEmpty(field.replaceAll(SOME, 'x'));
  const unknownFolder = UNKNOWN_FIRST.has(cwd.charAt(0));
  if (bare === '' || (unknownFolder && field === bare && !isAll(field.replace(/^(\.\/)+/, '')))) return false;
  const path = absolute(bare, unknownFolder ? (cwd.charAt(0) === SOME ? '/x' : site.cwd) : asEmpty(cwd));
  const base = withoutAll(path);
  const zone = zoneOf(base, site);
  if (zone === 'root' || zone === 'home' || zone === 'above') return true;
  if (zone === 'system') return BARE_SYSTEM.has(base);
  return zone === 'workspace' && base !== path;
};

/**
 * A workspace may itself lie in a scratch folder. What is reached by climbing out of it is not the task's all the same.
 */
export const climbsOut = (field: string, cwd: string, strayed: boolean, site: Site): boolean => {
  if (field.startsWith('/') || !(strayed || field.includes('..'))) return false;
  const { workspace } = site;
  if (!strayed && cwd !== workspace && !within(cwd, workspace)) return false;
  const path = withoutAll(absolute(field, cwd));
  return path !== workspace && !within(path, workspace);
};

const BARE = /^(\.\/|\.\.\/)*(\.|\.\.|[.\uFDD4-\uFDD7]*\uFDD4[.\uFDD4-\uFDD7]*)?\/*$/;

const zoneHere = (field: string, base: string, shell: Shell, cwd: string, site: Site): Zone => {
  const zone = zoneOf(base, site);
  return zone === 'scratch' && climbsOut(field, cwd, shell.strayed, site) ? 'outside' : zone;
};

/** Says what a field of a command means as a path. */
export const targetOf = (field: string, shell: Shell, site: Site, cwd = shell.cwd): Target => {
  const path = absolute(field, cwd, shell.shared.links);
  const base = withoutAll(path);
  const zone = field === '' ? 'nothing' : zoneHere(field, base, shell, cwd, site);
  return {
    written: readable(field),
    path,
    zone,
    all: base !== path,
    bare: field !== '' && cwd === site.cwd && BARE.test(field),
    ifUnset: (hasUnknown(field) || hasUnknown(cwd)) && catastrophicIfUnset(field, cwd, site),
    guarded: guardedBy(base, site),
    made: shell.shared.links.get(path),
  };
};

/** The same target under the path that it has behind symbolic links. */
export const retarget = (target: Target, path: string, site: Site): Target => {
  const base = withoutAll(path);
  return {
    written: `${target.written} (a link to ${readable(path)})`,
    path,
    zone: zoneOf(base, site),
    all: base !== path,
    bare: false,
    ifUnset: false,
    guarded: guardedBy(base, site),
    made: undefined,
  };
};

/** The same for every folder the command may stand in. */
export const targetsOf = (field: string, shell: Shell, site: Site): readonly Target[] => {
  const first = targetOf(field, shell, site);
  if (shell.cwdElse === undefined || field.startsWith('/')) return [first];
  return [first, targetOf(field, shell, site, shell.cwdElse)];
};
