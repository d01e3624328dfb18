export interface JwtClaims {
  readonly iss?: unknown;
  readonly iat?: unknown;
  readonly exp?: unknown;
}

/** Clock drift that GitHub forgives, in seconds. */
const drift = 60;

/** Why an App's assertion is refused, in GitHub's words; undefined if its times are right. @param now seconds */
export const claimsProblem = ({ iat, exp }: JwtClaims, now: number): string | undefined => {
  if (typeof exp !== 'number' || exp <= now) {
    return "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
  }
  if (typeof iat !== 'number' || iat > now + drift) {
    return "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
  }
  if (exp > now + 600) {
    return "'Expiration time' claim ('exp') is too far in the future";
  }
  return undefined;
};
