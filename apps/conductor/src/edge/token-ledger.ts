import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SqlPool } from '@rig/event-store';
import type { TokenLedger } from '../flows/mint-task-token.js';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** Seals text with AES-256-GCM under a key derived from a secret that never is in the database. */
export const createSeal = (secret: string) => {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'rig forge tokens', 32));
  return {
    seal: (text: string): Buffer => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce);
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
    },
    /** Undefined for what was sealed under another key. */
    open: (sealed: Buffer): string | undefined => {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const text = Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES)), decipher.final()]);
        return text.toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
};

/** Tokens of one task at most looked at when it ends: an attempt asks for a few. */
const MAX_TOKENS = 100;

/** The tokens that were given out and may still be good, kept in Postgres. */
export const createTokenLedger = (pool: SqlPool, schema: string, secret: string): TokenLedger => {
  const { seal, open } = createSeal(secret);
  return {
    add: async (taskId, fence, token, expiresAt) => {
      await pool.query(
        `insert into ${schema}.forge_tokens (task_id, fence, sealed, expires_at) values ($1, $2, $3, $4)`,
        [taskId, fence, seal(token), expiresAt],
      );
    },
    of: async (taskId, below) => {
      const found = await pool.query<{ id: number; sealed: Buffer }>(
        `select id, sealed from ${schema}.forge_tokens
         where task_id = $1 and ($2::bigint is null or fence < $2) and expires_at > now() limit ${MAX_TOKENS}`,
        [taskId, below ?? null],
      );
      return found.rows.flatMap(({ id, sealed }) => {
        const token = open(sealed);
        return token === undefined ? [] : [{ id, token }];
      });
    },
    orphans: async (limit) => {
      const found = await pool.query<{ id: number; task_id: string; sealed: Buffer }>(
        `select t.id, t.task_id::text, t.sealed from ${schema}.forge_tokens t
           left join ${schema}.tasks k on k.key = t.task_id::text and k.live and (k.state ->> 'fence')::bigint = t.fence
         where t.expires_at > now() and k.key is null order by t.id limit $1`,
        [limit],
      );
      return found.rows.flatMap(({ id, task_id: taskId, sealed }) => {
        const token = open(sealed);
        return token === undefined ? [] : [{ id, taskId, token }];
      });
    },
    forget: async (ids) => {
      await pool.query(`delete from ${schema}.forge_tokens where id = any($1) or expires_at < now()`, [ids]);
    },
  };
};
