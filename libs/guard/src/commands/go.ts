import { readArgs, valued } from '../argv.js';
import type { Handler } from '../machine.js';
import { judgeProgram } from './interpreters.js';
import { reportInstall } from './packages.js';

/** `go get` and `go install` of what is not here, and the programs that `go run` starts. */
export const go: Handler = (call) => {
  const args = readArgs(call.argv, valued('-C -mod -modfile -tags -ldflags -o -p -gcflags -asmflags -exec'));
  const [verb, ...rest] = args.operands;
  const remote = rest.filter((operand) => /^[\w.-]+\.[a-z]{2,}\//.test(operand) && !operand.startsWith('./'));
  const version = rest.some((operand) => /@/.test(operand));
  if (
    (verb === 'get' && (remote.length > 0 || version)) ||
    ((verb === 'install' || verb === 'run') && (version || remote.length > 0))
  ) {
    reportInstall(call, 'go', rest);
  }
  if (verb === 'run') for (const file of rest) if (file.endsWith('.go')) judgeProgram(call, file);
  return undefined;
};
