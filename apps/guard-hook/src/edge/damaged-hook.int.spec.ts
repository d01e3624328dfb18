import { chmod, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ALLOWED,
  claudeInput,
  createInstalledHook,
  refused,
  runProgram,
  type InstalledHook,
} from '../testing/installed-hook.fixture.spec.js';

let hook: InstalledHook;
beforeAll(async () => {
  hook = await createInstalledHook();
});
afterEach(() => rm(hook.spool, { recursive: true, force: true }));
afterAll(() => hook.remove());

describe('a damaged installation', () => {
  it.each(['hook.json', 'start.cjs', 'guard-hook.cjs'])('without %s refuses everything', async (name) => {
    await rename(join(hook.kit, name), join(hook.kit, `${name}.gone`));
    try {
      expect(await hook.bash('npm test')).toEqual(refused());
    } finally {
      await rename(join(hook.kit, `${name}.gone`), join(hook.kit, name));
    }
  });

  it('with a bundle that is cut refuses everything', async () => {
    const path = join(hook.kit, 'guard-hook.cjs');
    const text = await readFile(path);
    await rm(path);
    await writeFile(path, text.subarray(0, text.length / 2));
    expect(await hook.bash('npm test')).toEqual(refused());
    await hook.reinstall();
    expect(await hook.bash('npm test')).toEqual(ALLOWED);
  });

  it('with a code cache of something else is right, only slower', async () => {
    const path = join(hook.kit, 'guard-hook.cache');
    await chmod(path, 0o600);
    await writeFile(path, Buffer.alloc(100_000, 1));
    expect(await hook.bash('npm test')).toEqual(ALLOWED);
    expect(await hook.bash('sudo true')).toEqual(refused());
    await hook.reinstall();
  });

  it.each([
    ['is missing', '/nonexistent/node', ''],
    ['is killed', 'killed', 'kill -9 $$'],
    ['ends with another code', 'odd', 'exit 1'],
  ])('whose Node %s refuses everything, and reads what it was given', async (_what, name, body) => {
    const node = name.startsWith('/') ? name : join(hook.kit, name);
    if (body !== '') await writeFile(node, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
    const wrapper = join(hook.kit, 'rig-guard');
    const text = await readFile(wrapper, 'utf8');
    const other = join(hook.kit, `with-${name.replaceAll('/', '-')}`);
    await writeFile(other, text.replace(/^'[^']+'/m, `'${node}'`), { mode: 0o755 });
    const large = claudeInput(hook.workspace, { tool_input: { command: 'x'.repeat(300_000) } });
    expect(await runProgram([other], large, {})).toEqual(refused('could not be run'));
  });
});

describe('the policy of the operator', () => {
  const file = (): string => join(hook.kit, '../guard.policy.yaml');
  const rule = (command: string): string =>
    `rules:\n  - id: local.no-${command}\n    command: [${command}]\n    message: not here\n`;
  afterAll(() => hook.reinstall());

  it('adds to what is refused', async () => {
    await writeFile(file(), rule('terraform'));
    await hook.reinstall({ policyFile: file() });
    expect(await hook.bash('terraform apply')).toEqual(refused('local.no-terraform'));
    expect(await hook.bash('npm test')).toEqual(ALLOWED);
    expect(await hook.reports()).toMatchObject([{ data: { policyHash: expect.not.stringMatching('built-in') } }]);
  });

  it('holds as it stands now, also when it was changed after the installation', async () => {
    await writeFile(file(), rule('pulumi'));
    expect(await hook.bash('pulumi up')).toEqual(refused('local.no-pulumi'));
    expect(await hook.bash('terraform apply')).toEqual(ALLOWED);
  });

  it.each([
    ['cannot be parsed', 'rules: {'],
    ['tries to loosen', 'disable: [priv.sudo]'],
  ])('that %s refuses everything', async (_what, text) => {
    await writeFile(file(), text);
    expect(await hook.bash('npm test')).toEqual(refused('guard.policy.yaml'));
  });

  it('that is gone refuses everything', async () => {
    await rm(file());
    expect(await hook.bash('npm test')).toEqual(refused('cannot be read'));
  });

  it('cannot be changed by the agent', async () => {
    await writeFile(file(), '');
    expect(await hook.bash(`echo > ${file()}`)).toEqual(refused('self.tamper'));
    expect(await hook.bash(`rm -rf ${hook.kit}`)).toMatchObject({ code: 2 });
    expect(await hook.bash(`chmod u+w ${hook.kit}/guard-hook.cache`)).toMatchObject({ code: 2 });
    expect(await hook.bash(`rm -r "$RIG_SPOOL_DIR"; rm -rf ${hook.spool}`)).toMatchObject({ code: 2 });
  });
});
