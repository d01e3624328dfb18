import { has, readArgs, valued } from '../argv.js';
import type { Handler } from '../machine.js';
import { absolute } from '../paths/target.js';

/** `crontab`: a table that is installed takes the place of the whole one, and runs when nobody asks the guard. */
export const crontab: Handler = ({ argv, machine, shell, piped, stdin }) => {
  const args = readArgs(argv, valued('-u'));
  const table = args.operands[0];
  const shows = has(args, '-l', '-h', '--help', '-V', '-T');
  const file = table === undefined || table === '-' ? undefined : machine.readFile(absolute(table, shell.cwd), shell);
  // What the jobs would do says more than that there are jobs.
  for (const line of (file ?? (shows ? '' : stdin)).split('\n').slice(0, 64)) {
    const command = /^\s*(?:@\w+|(?:\S+\s+){4}\S+)\s+(.+)$/.exec(line)?.[1];
    if (command !== undefined && !line.trim().startsWith('#')) machine.runText(command, shell.fork(), 'crontab');
  }
  if (has(args, '-r') || table === '/dev/null')
    machine.emit({ kind: 'system', tool: 'crontab', what: 'deletes every scheduled job of the user' });
  else if (!shows && (table !== undefined || piped))
    machine.emit({ kind: 'system', tool: 'crontab', what: 'replaces the scheduled jobs of the user' });
  return undefined;
};
