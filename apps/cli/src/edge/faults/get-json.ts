/** A GET with its deadline; throws unless it was answered with 2xx. */
export const getJson = async <T>(url: string, token: string, withinMs = 10_000): Promise<T> => {
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
    signal: AbortSignal.timeout(withinMs),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return (await response.json()) as T;
};
