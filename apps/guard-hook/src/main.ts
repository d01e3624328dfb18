import { dirname } from 'node:path';
import { messageOf } from '@rig/kernel';
import { sayFault } from './core/say-block.js';
import { clientEnvironment } from './edge/client-environment.js';
import { runHook } from './edge/run-hook.js';
import { say } from './edge/say.js';

// The bundle's first statement has set the exit code to 2 already; only an explicit allow changes it.
try {
  const env = clientEnvironment(process.env, process.argv[2]);
  const { exitCode, said } = runHook({ kit: dirname(process.argv[1] ?? ''), env });
  if (said !== '') say(said);
  process.exitCode = exitCode;
} catch (error) {
  process.exitCode = 2;
  say(sayFault(`a fault of the guard itself (${messageOf(error)})`));
}
