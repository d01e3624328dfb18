import { AgentId } from '@rig/contracts';
import { z } from 'zod';

/** The one signature algorithm; a token that names another is refused before its signature is looked at. */
export const TOKEN_ALGORITHM = 'EdDSA';
export const TOKEN_ISSUER = 'rig';

/**
 * What a token allows.
 * - `work`: an agent reports and works on its own tasks; minutes.
 * - `enrol`: buys `work` tokens, nothing else; days.
 * - `operator`: a person reads and steers.
 */
export const TokenScope = z.enum(['work', 'enrol', 'operator']);
export type TokenScope = z.infer<typeof TokenScope>;

/** An agent's id, or `operator`. */
export const TokenSubject = z.union([z.literal('operator'), AgentId]);

export const TokenClaims = z.object({
  sub: TokenSubject,
  scope: z
    .string()
    .max(100)
    .transform((text) => text.split(' '))
    .pipe(z.array(TokenScope).min(1)),
  iss: z.literal(TOKEN_ISSUER),
  iat: z.int(),
  exp: z.int(),
  jti: z.uuid(),
});
