import type { Fact } from '../facts.js';
import { hasGlob, hasUnknown } from '../shell/marks.js';
import type { Site } from './site.js';
import { absolute, retarget, type Target } from './target.js';

const MAY_LEAD_AWAY: ReadonlySet<Target['zone']> = new Set(['inside', 'scratch', 'git']);

/**
 * What a target means where symbolic links that lie on the machine are followed; undefined where that changes nothing.
 * @param last  whether the last name is followed too: writing does, deleting removes the link itself
 */
const throughLinks = (target: Target, last: boolean, site: Site): Target | undefined => {
  const { path, zone, written, made } = target;
  if (last && made !== undefined) return retarget(target, made, site);
  if (site.links === undefined || !MAY_LEAD_AWAY.has(zone)) return undefined;
  const segments = path.split('/');
  const unreal = segments.findIndex((segment) => hasUnknown(segment) || hasGlob(segment));
  const whole = last || written.endsWith('/') ? segments.length : segments.length - 1;
  const known = segments.slice(0, unreal === -1 ? whole : Math.min(unreal, whole)).join('/');
  const real = site.links(known);
  if (real === undefined) return undefined;
  return retarget(target, absolute(real + path.slice(known.length), '/'), site);
};

/** The same fact as it is behind symbolic links: a write, a deletion, a move or a change of mode elsewhere. */
export const behindLinks = (fact: Fact, site: Site): Fact | undefined => {
  switch (fact.kind) {
    case 'delete':
    case 'write':
    case 'mode': {
      const last = fact.kind === 'delete' ? false : fact.kind === 'mode' || fact.how !== 'link';
      const target = throughLinks(fact.target, last, site);
      return target === undefined ? undefined : { ...fact, target };
    }
    case 'move': {
      const from = throughLinks(fact.from, false, site);
      const to = throughLinks(fact.to, false, site);
      return from === undefined && to === undefined
        ? undefined
        : { ...fact, from: from ?? fact.from, to: to ?? fact.to };
    }
    default:
      return undefined;
  }
};
