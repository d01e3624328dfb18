const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 307, 308]);
/** A renamed repository takes one; more is a loop. */
const MAX_REDIRECTS = 3;

const elsewhere = (): Response =>
  Response.json({ message: 'The forge redirects to another host, which is not followed' }, { status: 421 });

/**
 * `fetch` that follows redirects within one origin only, as renamed repositories need it: whoever answers in the forge's
 * name can lead neither a token nor a request to another host of our network. Anything else is answered as a 421.
 */
export const createSameOriginFetch =
  (send: typeof fetch = fetch): typeof fetch =>
  async (input, init) => {
    let url = new URL(input instanceof Request ? input.url : String(input));
    for (let n = 0; n <= MAX_REDIRECTS; n++) {
      const response = await send(url, { ...init, redirect: 'manual' });
      if (!REDIRECTS.has(response.status)) return response;
      await response.body?.cancel();
      const location = response.headers.get('location');
      const target = location !== null && URL.canParse(location, url.href) ? new URL(location, url) : undefined;
      if (target === undefined || target.origin !== url.origin) return elsewhere();
      url = target;
    }
    return elsewhere();
  };
