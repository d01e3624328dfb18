import { z } from 'zod';
import { orUndefined, type RepoApi } from './api.js';
import { hasCode, misfit } from './errors.js';

export interface RequiredChecks {
  readonly names: readonly string[];
  readonly strict: boolean;
}

const Protection = z.object({
  strict: z.boolean().default(false),
  contexts: z.array(z.string()).default([]),
  checks: z.array(z.object({ context: z.string() })).default([]),
});
const Branch = z.object({
  protection: z
    .object({ required_status_checks: z.object({ contexts: z.array(z.string()).default([]) }).nullish() })
    .nullish(),
});
const Parameters = z.object({
  strict_required_status_checks_policy: z.boolean().default(false),
  required_status_checks: z.array(z.object({ context: z.string() })).default([]),
});
const Rules = z.array(z.object({ type: z.string(), parameters: z.unknown().optional() }));

/** Reading protection needs the administration permission; without it the branch itself still names the checks. */
const fromProtection = async (api: RepoApi, branch: string): Promise<RequiredChecks> => {
  try {
    const path = '/branches/{branch}/protection/required_status_checks';
    const found = await api.find(path, Protection, { branch });
    if (found === undefined) return { names: [], strict: false };
    return { names: [...found.contexts, ...found.checks.map(({ context }) => context)], strict: found.strict };
  } catch (error) {
    if (!hasCode(error, 'FORGE_FORBIDDEN', 'FORGE_NOT_IMPLEMENTED')) throw error;
  }
  const seen = await api.find('/branches/{branch}', Branch, { branch });
  return { names: seen?.protection?.required_status_checks?.contexts ?? [], strict: false };
};

const fromRulesets = async (api: RepoApi, branch: string): Promise<RequiredChecks> => {
  // Plans and forges without rulesets answer 403, 404 or 501: then there are none.
  const rules = await orUndefined(
    () => api.list('/rules/branches/{branch}', Rules, { branch }),
    'FORGE_NOT_FOUND',
    'FORGE_FORBIDDEN',
    'FORGE_NOT_IMPLEMENTED',
  );
  const required = (rules ?? [])
    .filter(({ type }) => type === 'required_status_checks')
    .map(({ parameters }) => {
      const parsed = Parameters.safeParse(parameters);
      // A rule that cannot be read must not count as one that asks for nothing.
      if (!parsed.success) throw misfit('A ruleset', 'required_status_checks');
      return parsed.data;
    });
  return {
    names: required.flatMap((rule) => rule.required_status_checks.map(({ context }) => context)),
    strict: required.some((rule) => rule.strict_required_status_checks_policy),
  };
};

/** Checks that must pass before a merge into `branch`: branch protection and rulesets together. */
export const readRequiredChecks = async (api: RepoApi, branch: string): Promise<RequiredChecks> => {
  const both = await Promise.all([fromProtection(api, branch), fromRulesets(api, branch)]);
  return {
    names: [...new Set(both.flatMap(({ names }) => names))].sort(),
    strict: both.some(({ strict }) => strict),
  };
};
