import { ROOT_HOME } from '../paths/site.js';
import { within, type Target } from '../paths/target.js';

/** A target whose loss cannot be made good: the machine, the home, the whole workspace. */
export const isCatastrophe = (target: Target): boolean => {
  switch (target.zone) {
    case 'root':
    case 'home':
    case 'system':
    case 'above':
    case 'workspace':
    case 'scratch-root':
      return true;
    default:
      return target.bare;
  }
};

/** Neither in the workspace nor in the task's scratch. */
export const isOutside = (target: Target): boolean => target.zone === 'outside' || target.zone === 'device';

const SYSTEM_FILE = /^\/(etc|usr|bin|sbin|lib\w*|boot|sys|proc|System|Library|Applications|private\/etc)(\/|$)/;
const HARMLESS_FILE = /^\/proc\/(self|\d+|\uFDD1)\/(fd|oom_score_adj|coredump_filter)/;

/** Something the system reads: writing to it changes the machine. */
export const isSystemWrite = (target: Target): boolean =>
  target.zone !== 'inside' &&
  target.zone !== 'workspace' &&
  target.zone !== 'git' &&
  target.zone !== 'scratch' &&
  (target.zone === 'root' ||
    target.path === ROOT_HOME ||
    (target.zone === 'system' && within(target.path, ROOT_HOME)) ||
    (SYSTEM_FILE.test(target.path) && !HARMLESS_FILE.test(target.path))) &&
  target.guarded !== 'profile';

/** Modes and owners: system files always; home, workspace root and everything above only through and through. */
export const isForeign = (target: Target, recursive: boolean): boolean => {
  if (target.zone === 'root' || target.zone === 'system') return true;
  if (isSystemWrite(target)) return true;
  return (recursive || target.all) && (target.zone === 'home' || target.zone === 'above' || target.ifUnset);
};
