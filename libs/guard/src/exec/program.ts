import { judgeCode, languageOf } from '../lang/code.js';
import type { Call } from '../machine.js';
import { absolute } from '../paths/target.js';
import { runShellScript } from './shells.js';

const SHEBANG = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(?:\/[\w./-]*\/)?([\w.+-]+)/;
const SHELLS = /^(ba|z|da|k|a|mk)?sh$/;

/** A program called by its path: a script the command wrote, or one of the workspace that the caller has read. */
export const runProgram = (call: Call): string | undefined => {
  const word = call.argv[0] ?? '';
  if (!word.includes('/')) return undefined;
  const path = absolute(word, call.shell.cwd, call.shell.shared.links);
  const text = call.machine.readFile(path, call.shell);
  if (text === undefined || text.includes('\0')) return undefined;
  const interpreter = SHEBANG.exec(text)?.[1];
  if (interpreter === undefined || SHELLS.test(interpreter)) {
    return runShellScript(call, text, call.argv.slice(1), word);
  }
  const language = languageOf(interpreter);
  if (language !== undefined) call.machine.within(word, undefined, () => judgeCode(text, language, call, false));
  return undefined;
};
