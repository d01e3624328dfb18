import type { Place } from '../decision.js';
import { pathPattern, type GuardPolicy } from '../policy/policy.js';
import { ROOT_HOME, type Site } from './site.js';
import { absolute } from './target.js';

const homeOf = (workspace: string): string =>
  /^\/(home|Users)\/[^/]+|^\/root(?=\/|$)/.exec(workspace)?.[0] ?? ROOT_HOME;

const clean = (path: string): string => absolute(path === '' ? '/' : path, '/');

/** Children of these are the task's own for as long as it runs. */
const SCRATCH = ['/tmp', '/private/tmp', '/var/tmp', '/dev/shm', '/dev/fd'];

/** Everything about the place of a decision, in normal form. */
export const siteOf = (place: Place, policy: GuardPolicy): Site => {
  const workspace = clean(place.workspace);
  const temporary = place.env?.['TMPDIR'];
  const own = temporary !== undefined && /^\/[^/]+\/./.test(temporary) ? [clean(temporary)] : [];
  return {
    workspace,
    home: clean(place.home ?? place.env?.['HOME'] ?? homeOf(workspace)),
    cwd: absolute(place.cwd === '' ? workspace : place.cwd, workspace),
    scratch: policy.tighten.noScratch ? ['/dev/fd'] : [...own, ...(place.scratch ?? []).map(clean), ...SCRATCH],
    guarded: (place.guarded ?? []).map(clean),
    protectedPaths: policy.protectedPaths.map((pattern) => pathPattern(pattern, workspace)),
    links: place.links,
  };
};
