import { z } from 'zod';
import { Ignored, type RepoApi } from './api.js';

const Comments = z.array(z.object({ body: z.string().nullish() }));
/** Keys are ids of ours; anything else could close the HTML comment and show. */
const KEY = /^[A-Za-z0-9._:-]{1,128}$/;

/** Comments; with a key at most once, told by a mark that readers do not see. */
export const writeComment = async (api: RepoApi, number: number, body: string, once?: string): Promise<void> => {
  const mark = once !== undefined && KEY.test(once) ? `<!-- rig:${once} -->` : undefined;
  const path = '/issues/{number}/comments';
  if (mark !== undefined) {
    const comments = await api.list(path, Comments, { number }, { partial: true });
    if (comments.some((comment) => comment.body?.includes(mark) === true)) return;
  }
  await api.send('POST', path, Ignored, { number, body: mark === undefined ? body : `${body}\n\n${mark}` });
};
