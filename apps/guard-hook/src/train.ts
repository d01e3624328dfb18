import fs from 'node:fs';
import { Script } from 'node:vm';
import { KIT } from '@rig/hooks';

/**
 * Makes V8's code cache of an installed bundle: runs it on calls as agents make them, so that what they need is in the
 * cache already compiled. Run by the installer, never installed itself: node <flags> train.cjs <folder of the hook>
 */
const COMMANDS = [
  'git status && npm test',
  'cd src && ls -la | grep -n "x" > out.txt 2>&1',
  'git add -A && git commit -m "feat: x"',
  'for f in *.ts; do cat "$f"; done',
  'sudo true',
];

const kit = process.argv[2] ?? '';
const call = (tool: string, input: unknown): string =>
  JSON.stringify({
    hook_event_name: 'PreToolUse',
    session_id: 'training',
    tool_name: tool,
    tool_input: input,
    cwd: '/workspace/repository',
  });
const calls = [
  ...COMMANDS.map((command) => call('Bash', { command })),
  call('Write', { file_path: '/workspace/repository/a.ts', content: '' }),
];

const filename = `${kit}/${KIT.bundle}`;
const script = new Script(fs.readFileSync(filename, 'latin1'), { filename });
let input = Buffer.alloc(0);
const { readSync, writeSync } = fs;
// The bundle reads standard input and writes standard error by these; here they are the calls above, and nobody.
Object.assign(fs, {
  readSync: (handle: number, into: Buffer, ...rest: [number, number, number | null]): number => {
    if (handle !== 0) return readSync(handle, into, ...rest);
    const copied = input.copy(into, rest[0], 0, rest[1]);
    input = input.subarray(copied);
    return copied;
  },
  writeSync: (_handle: number, bytes: Buffer): number => bytes.length,
});
process.argv[1] = `${kit}/${KIT.start}`;
for (const text of calls) {
  input = Buffer.from(text);
  script.runInThisContext();
}
Object.assign(fs, { readSync, writeSync });
const draft = `${kit}/${KIT.cache}.${process.pid}.draft`;
fs.writeFileSync(draft, script.createCachedData(), { mode: 0o444 });
fs.renameSync(draft, `${kit}/${KIT.cache}`);
process.exitCode = 0;
