import type { Palette } from './format.js';
import type { RunRecord } from './run-record.js';
import { GUARD } from './system-plan.js';

/**
 * What `rig up` prints when the system is ready: addresses, and how to get in.
 * @param firstIssue  body of the request by which an issue is filed, one that the scripted author can do
 */
export const upLines = (
  record: RunRecord,
  repo: string,
  personTokenFile: string,
  firstIssue: unknown,
  palette: Palette,
): readonly string[] => [
  palette.good('Rig is up.'),
  '',
  `  conductor   ${record.conductorUrl}   (event log, queries; bearer token in ${record.operatorTokenFile})`,
  `  gateway     ${record.gatewayUrl}   (webhooks: POST /api/webhook/github)`,
  ...record.services
    .filter(({ name }) => name === GUARD)
    .map(({ url }) => `  guard       ${url}   (POST /v1/check; an agent's token, or the operator's)`),
  ...(record.forgeUrl === null ? ['  forge       GitHub'] : [`  forge       ${record.forgeUrl}   (dev-forge)`]),
  `  config      ${record.configDir}`,
  `  logs        ${record.logs}`,
  '',
  ...(record.forgeUrl === null
    ? ['File an issue on GitHub in a repository that rig.policy.yaml sets to dispatch: on, and label it agent-ready.']
    : [
        'File an issue:',
        `  curl -sS ${record.forgeUrl}/repos/${repo}/issues \\`,
        `    -H "Authorization: Bearer $(cat ${personTokenFile})" -H "Content-Type: application/json" \\`,
        `    -d '${JSON.stringify(firstIssue)}'`,
        'Clone the repository:',
        `  git -c http.extraHeader="Authorization: Basic $(printf 'ada:%s' "$(cat ${personTokenFile})" | base64 | tr -d '\\n')" \\`,
        `    clone ${record.forgeUrl}/${repo}.git`,
      ]),
  '',
  'Look:  ./rig status   ./rig events --follow   ./rig explain owner/repo#n',
  palette.dim('Ctrl-C drains and stops all.'),
];
