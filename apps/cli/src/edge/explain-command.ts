import { IssueReference, parseOption } from '../core/arguments.js';
import { explainLines } from '../core/explain-lines.js';
import { connect } from './running-system.js';
import { createSteeringApi } from './steering-api.js';
import { createTerminal, printJson, printOut } from './terminal.js';

/** `rig explain owner/repo#n` */
export const showExplanation = async (issue: string, given: Record<string, unknown>): Promise<number> => {
  const { repo, number } = parseOption(IssueReference, 'issue', issue, 'rig explain acme/greeter#1');
  const { record, token } = await connect();
  const explained = await createSteeringApi({ url: record.conductorUrl, token }).explain(repo, number);
  if (given['json'] === true) printJson(explained);
  else printOut(explainLines(explained, createTerminal(process.stdout, Date.now).palette).join('\n'));
  return 0;
};
