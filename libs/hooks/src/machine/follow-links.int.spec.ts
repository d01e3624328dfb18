import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { linksIn } from './follow-links.js';

let base: string;
let workspace: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'rig-links-')));
  workspace = join(base, 'workspace');
  await mkdir(join(workspace, 'src'), { recursive: true });
  await mkdir(join(base, 'outside'));
  await writeFile(join(workspace, 'src/a.ts'), '');
  await symlink('src', join(workspace, 'within'));
  await symlink('../outside', join(workspace, 'out'));
  await symlink('../outside/not-there', join(workspace, 'dangling'));
  await symlink('dangling', join(workspace, 'chain'));
  await symlink('loop', join(workspace, 'loop'));
  await symlink(workspace, join(base, 'other-name'));
});
afterAll(() => rm(base, { recursive: true, force: true }));

it.each([
  ['src/a.ts', undefined],
  ['not/there/yet', undefined],
  ['loop', undefined],
  ['within/a.ts', 'workspace/src/a.ts'],
  ['within/new/file', 'workspace/src/new/file'],
  ['out', 'outside'],
  ['out/deep/er', 'outside/deep/er'],
  ['dangling', 'outside/not-there'],
  ['chain', 'outside/not-there'],
])('%s leads to %s', (path, leads) => {
  expect(linksIn([workspace])(join(workspace, path))).toBe(leads === undefined ? undefined : join(base, leads));
});

it('a workspace under another name is the same workspace', () => {
  const other = join(base, 'other-name');
  expect(linksIn([other])(join(other, 'src/a.ts'))).toBeUndefined();
  expect(linksIn([other])(join(other, 'out/x'))).toBe(join(base, 'outside/x'));
});

it('nothing is said of what lies elsewhere, nor of what is no path', () => {
  expect(linksIn([workspace])('/etc/passwd')).toBeUndefined();
  const long = join(workspace, 'a/'.repeat(60_000));
  expect(() => linksIn([workspace])(long)).not.toThrow();
});
