import type { Call, Handler } from '../machine.js';
import { MAIN } from './git-push.js';

/** Elasticsearch and OpenSearch: a path of one part is an index, or many. */
const INDEX = /:9[23]\d\d\/(?:[^_/?][^/?]*|_all|_data_stream\/[^/?]+)\/?(?:\?|$)/;
const NAMESPACE = /\/api\/v1\/(?:namespaces|nodes|persistentvolumes)\/[^/]+\/?$/;
const REPOSITORY = /(?:^|\/)repos\/[^/ ]+\/[^/ ]+\/?$/;
/** Interfaces of those who host things for others, and what they hold that is lost for good. */
const HOSTERS =
  /^https?:\/\/(?:[\w-]+\.)*(?:gitlab|cloudflare|digitalocean|heroku|vercel|netlify|linode|vultr|supabase|render|atlassian|github)\.com\/|^https?:\/\/(?:[\w-]+\.)*(?:hetzner\.cloud|machines\.dev|bitbucket\.org|neon\.tech|railway\.app|scaleway\.com)\//;
const HELD =
  /\/(?:zones|projects|droplets|apps|sites|databases|servers|services|repositories|repos|organizations|orgs|groups|volumes|clusters|instances|machines|accounts|buckets|namespaces)\/[^/?]+\/?(?:\?.*)?$/;
const PROTECTION = /(?:^|\/)repos\/[^/ ]+\/[^/ ]+\/(?:branches\/[^/]+\/protection|rulesets\/\d+)\/?$/;
const REF = /(?:^|\/)repos\/[^/ ]+\/[^/ ]+\/git\/refs\/(.+)$/;

/** A request to a service that has an interface for destroying things. */
export const webRequest = (call: Call, method: string, url: string, data: string): void => {
  const { machine, name } = call;
  const verb = method.toUpperCase();
  const ref = REF.exec(url)?.[1]?.replace(/^heads\//, '');
  if (verb === 'PATCH' && ref !== undefined && /force["']?\s*[:=]\s*true/.test(data))
    machine.emit({ kind: 'git', hazard: 'push-force', detail: `${name} PATCH of a ref with force` });
  if (url.includes('/_delete_by_query') && /match_all/.test(data))
    machine.emit({ kind: 'sql', hazard: 'delete-all', client: name });
  if (verb !== 'DELETE') return;
  if (INDEX.test(url)) machine.emit({ kind: 'sql', hazard: 'drop', client: name });
  if (NAMESPACE.test(url)) machine.emit({ kind: 'cluster', tool: name, what: 'DELETE of a namespace or node' });
  if (REPOSITORY.test(url)) machine.emit({ kind: 'cluster', tool: name, what: 'DELETE of a repository' });
  if (HOSTERS.test(url) && HELD.test(url)) machine.emit({ kind: 'cluster', tool: name, what: `DELETE ${url}` });
  if (PROTECTION.test(url)) machine.emit({ kind: 'cluster', tool: name, what: 'DELETE of what protects a branch' });
  if (ref !== undefined && MAIN.test(ref)) machine.emit({ kind: 'git', hazard: 'push-delete', detail: ref });
};

const methodIn = (words: readonly string[]): string => {
  const at = words.findIndex((word) => /^(-X|--method)$/.test(word));
  return words[at + 1] ?? /(?:^| )(?:-X|--method=)(\w+)/.exec(words.join(' '))?.[1] ?? 'GET';
};

/** `gh api`, `glab api`. */
export const forgeApi: Handler = (call) => {
  const words = call.argv.slice(1);
  if (words[0] !== 'api') return undefined;
  const method = words.some((word) => /^(-X|--method)/.test(word)) ? methodIn(words) : 'GET';
  for (const word of words.slice(1)) if (word.includes('/')) webRequest(call, method, word, words.join(' '));
  return undefined;
};

/** `http DELETE :9200/index`. */
export const httpie: Handler = (call) => {
  const at = call.argv.findIndex((word) => /^[A-Z]+$/.test(word));
  const url = call.argv[at + 1];
  if (at > 0 && url !== undefined) webRequest(call, call.argv[at] ?? 'GET', url, call.argv.slice(at + 2).join(' '));
  return undefined;
};
