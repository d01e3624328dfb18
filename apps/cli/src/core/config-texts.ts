/** How agents of a generated rig.agents.yaml are made. */
export interface AgentsPlan {
  readonly authors: number;
  readonly reviewers: number;
  readonly reviewerSlots: number;
  readonly authorScript: string;
  readonly reviewerScript: string;
  /** Authors that ask for work themselves. Default none. */
  readonly claimers?: number;
}

/** Id of the nth author that asks for work itself, from 1. */
export const claimerId = (n: number): string => `pull-e-${n}`;

const agent = (id: string, role: string, slots: number, script: string, delivery = 'stream'): string =>
  [
    `  - id: ${id}`,
    `    role: ${role}`,
    `    slots: ${slots}`,
    '    capabilities: [node]',
    `    delivery: ${delivery}`,
    '    command:',
    '      run: node',
    `      args: [${JSON.stringify(script)}]`,
    '      passEnv: [RIG_SCRIPTED_FLAWS]',
    '',
  ].join('\n');

const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1);

/** rig.agents.yaml with the scripted agents, which need no model. */
export const scriptedAgents = (plan: AgentsPlan): string =>
  [
    '# Who works. Each agent is an identity; its command gets one task at a time.',
    'agents:',
    ...range(plan.authors).map((n) => agent(`dev-e-${n}`, 'author', 1, plan.authorScript)),
    ...range(plan.claimers ?? 0).map((n) => agent(claimerId(n), 'author', 1, plan.authorScript, 'http')),
    ...range(plan.reviewers).map((n) => agent(`review-e-${n}`, 'reviewer', plan.reviewerSlots, plan.reviewerScript)),
  ].join('\n');

/** rig.agents.yaml for a system on GitHub whose operator has none yet. */
export const noAgents = [
  '# Who works. Nobody yet; an agent looks like this:',
  '#',
  '#  - id: dev-e-1',
  '#    role: author            # or reviewer',
  '#    slots: 1',
  '#    capabilities: [node]',
  '#    delivery: stream        # or http: it asks for work itself',
  '#    command: { run: my-agent, args: [--task] }',
  'agents: []',
  '',
].join('\n');

/** rig.policy.yaml that lets agents work on one repository, and merges what passes the gate; `more` are its other fields. */
export const openPolicy = (repo: string, more: Readonly<Record<string, string | number>> = {}): string =>
  [
    '# What agents may do, and where. What is not said here is safe: nothing runs, nothing merges by itself.',
    'defaults: {}',
    'repositories:',
    `  ${repo}:`,
    '    dispatch: on',
    '    acceptance: auto',
    '    ci: required',
    ...Object.entries(more).map(([name, value]) => `    ${name}: ${value}`),
    '',
  ].join('\n');

export const safePolicy = [
  '# What agents may do, and where. What is not said here is safe: nothing runs, nothing merges by itself.',
  'defaults: {}',
  '# repositories:',
  '#   owner/name:',
  '#     dispatch: on         # agents get issues that carry the ready label',
  '#     acceptance: person   # a person presses merge; auto: Rig merges what passes the gate',
  'repositories: {}',
  '',
].join('\n');
