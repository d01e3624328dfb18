import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { APP_IDS } from '../../core/forge-seed.js';
import { appKeyFile, type RunPaths } from '../../core/run-paths.js';
import type { ForgeSide, RecordedDelivery } from '../../flows/faults/world-parts.js';
import { appToken } from './app-token.js';

export interface ForgeSideOptions {
  readonly paths: RunPaths;
  readonly forgeUrl: string;
  readonly repo: string;
  readonly personToken: string;
  /** Where the forge's deliveries belong. */
  readonly webhookUrl: string;
}

const Listed = z.array(z.object({ id: z.int(), guid: z.string(), event: z.string(), redelivery: z.boolean() }));
const Full = z.object({ request: z.object({ payload: z.unknown() }) });
const Issue = z.object({ number: z.int() });

const TIMEOUT_MS = 10_000;
const LISTED = 100;

const createCaller = ({ forgeUrl, paths, personToken }: ForgeSideOptions) => {
  const call = async (token: string, method: string, path: string, body?: unknown): Promise<Response> => {
    const url = path.startsWith('http') ? path : `${forgeUrl}${path}`;
    const response = await fetch(url, {
      method,
      headers: {
        accept: 'application/vnd.github+json',
        'content-type': 'application/json',
        authorization: `Bearer ${token}`,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!response.ok) throw new Error(`the forge answered ${response.status} to ${method} ${path}`);
    return response;
  };
  return {
    asPerson: (method: string, path: string, body?: unknown) => call(personToken, method, path, body),
    asApp: async (method: string, path: string, body?: unknown) => {
      const privateKey = await readFile(appKeyFile(paths, 'conductor'), 'utf8');
      return call(appToken({ id: APP_IDS.conductor, privateKey }), method, path, body);
    },
  };
};

const nextPage = (response: Response): string | undefined =>
  /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];

/** What a person and the App can do at the forge, past every proxy. */
export const createForgeSide = (options: ForgeSideOptions): ForgeSide => {
  const { asPerson, asApp } = createCaller(options);
  const issues = `/repos/${options.repo}/issues`;
  const listed = async (): Promise<z.infer<typeof Listed>> => {
    const all: z.infer<typeof Listed> = [];
    let path: string | undefined = `/app/hook/deliveries?per_page=${LISTED}`;
    while (path !== undefined) {
      const page: Response = await asApp('GET', path);
      all.push(...Listed.parse(await page.json()));
      path = nextPage(page);
    }
    return all.filter(({ redelivery }) => !redelivery).reverse();
  };
  return {
    fileUnapproved: async (title) => {
      const made = await asPerson('POST', issues, { title, body: 'Nobody has to do anything about this.' });
      return Issue.parse(await made.json()).number;
    },
    edit: async (number, change) => void (await asPerson('PATCH', `${issues}/${number}`, change)),
    deliveries: async () => {
      const found: RecordedDelivery[] = [];
      for (const { id, guid, event } of await listed()) {
        const { request } = Full.parse(await (await asApp('GET', `/app/hook/deliveries/${id}`)).json());
        found.push({ guid, event, body: JSON.stringify(request.payload) });
      }
      return found;
    },
    pushStatus: async (token) => {
      const url = `${options.forgeUrl}/${options.repo}.git/info/refs?service=git-receive-pack`;
      const login = Buffer.from(`x-access-token:${token}`).toString('base64');
      const response = await fetch(url, {
        headers: { authorization: `Basic ${login}` },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      await response.body?.cancel();
      return response.status;
    },
    deliverTo: async (url = options.webhookUrl) => void (await asApp('PATCH', '/app/hook/config', { url })),
  };
};
