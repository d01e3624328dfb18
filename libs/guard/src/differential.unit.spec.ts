import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { firstError, parseShell } from './shell/parse.js';
import { allowed, blocked } from './testing/corpora.js';

const hasBash = spawnSync('bash', ['-c', 'exit 0']).status === 0;
const commands = [...blocked, ...allowed].map(({ cmd }) => cmd);

/** Asks bash whether it can read each text. `-n` reads and never runs; the folder is empty all the same. */
const bashReads = (texts: readonly string[]): readonly boolean[] => {
  const cwd = mkdtempSync(join(tmpdir(), 'guard-'));
  const driver = 'while IFS= read -r -d "" text; do bash -n -O extglob -c "$text" 2>/dev/null; echo $?; done';
  const { stdout } = spawnSync('bash', ['-c', driver], {
    cwd,
    input: texts.map((text) => `${text}\0`).join(''),
    env: { PATH: process.env['PATH'] ?? '' },
    encoding: 'utf8',
  });
  rmSync(cwd, { recursive: true });
  return stdout
    .trim()
    .split('\n')
    .map((code) => code === '0');
};

describe('the parser beside bash -n', () => {
  if (!hasBash) {
    it.skip('agrees on what is shell code (skipped: there is no bash here)', () => undefined);
    return;
  }

  it('agrees on what is shell code, over both corpora', () => {
    const bash = bashReads(commands);
    expect(bash).toHaveLength(commands.length);
    const differ = commands.filter((command, index) => (firstError(parseShell(command)) === undefined) !== bash[index]);
    expect(differ).toEqual([]);
  }, 120_000);
});
