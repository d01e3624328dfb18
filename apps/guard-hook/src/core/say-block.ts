import type { Blocked } from '@rig/guard';

const NO_OVERRIDE = 'Nothing overrides this. If it has to be run as it stands, ask a person to run it.';

/** What the agent reads: the rule, the reason, what may be done instead. */
export const sayBlock = ({ rule, message, alternative, via }: Blocked): string =>
  [
    `Rig's guard blocked this (${rule}): ${message}`,
    ...(via.length > 0 ? [`Found through: ${via.join(' → ')}`] : []),
    ...(alternative === '' ? [] : [`Instead: ${alternative}`]),
    NO_OVERRIDE,
    '',
  ].join('\n');

/** What the agent reads when there is nothing to judge. */
export const sayFault = (message: string, fix = 'Ask a person to see after the guard: rig hooks status.'): string =>
  `Rig's guard could not judge this and therefore blocked it: ${message}\n${fix}\n`;
