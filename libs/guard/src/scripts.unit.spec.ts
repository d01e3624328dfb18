import { describe, expect, it } from '@jest/globals';
import { judgeCommand } from './index.js';
import { HERE } from './testing/corpora.js';

const rule = (command: string, more: Partial<Parameters<typeof judgeCommand>[0]> = {}): string => {
  const decision = judgeCommand({ command, ...HERE, ...more });
  return decision.decision === 'block' ? decision.rule : 'allow';
};

describe('a script that a command runs', () => {
  const files: Readonly<Record<string, string>> = {
    '/code/repo/clean.sh': '#!/bin/sh\nrm -rf "$1"\n',
    '/code/repo/lib.sh': 'wipe() { rm -rf /; }\n',
    '/code/repo/x.py': 'import shutil\nshutil.rmtree("/etc")\n',
    '/code/repo/tool': '#!/usr/bin/env node\nrequire("fs").rmSync("/", { recursive: true });\n',
    '/code/repo/ok.sh': '#!/bin/bash\nset -euo pipefail\nrm -rf dist\nnpm ci\n',
    '/code/repo/q.sql': 'DROP TABLE users;',
    '/code/repo/loop.sh': 'sh loop.sh',
    '/code/repo/package.json': JSON.stringify({
      scripts: { build: 'tsc -b', wipe: 'rm -rf /', prepublish: 'rm -rf ~', publish: 'tsc', again: 'npm run again' },
    }),
    '/code/repo/web/package.json': JSON.stringify({ scripts: { clean: 'rm -rf ../..' } }),
    '/code/repo/Makefile': 'DIR := /etc\nall: build\n\ttsc\nwipe:\n\trm -rf $(DIR)\nclean:\n\t-rm -rf out $(LOGS)\n',
    '/code/repo/m.go': 'package main\nimport "os"\nfunc main() { os.RemoveAll("/") }',
  };
  const scripts = (path: string): string | undefined => files[path];
  it.each([
    ['bash clean.sh /', 'fs.rm.root'],
    ['./clean.sh ~', 'fs.rm.root'],
    ['sh ./clean.sh dist', 'allow'],
    ['cp clean.sh /tmp/q && sh /tmp/q /', 'fs.rm.root'],
    ['mv x.py y.py; python3 y.py', 'fs.rm.root'],
    ['cp clean.sh a; cp a b; cp ok.sh b; sh b', 'allow'],
    ['source lib.sh; wipe', 'fs.rm.root'],
    ['. ./lib.sh && ls', 'allow'],
    ['python3 x.py', 'fs.rm.root'],
    ['./tool', 'fs.rm.root'],
    ['./ok.sh', 'allow'],
    ['cd src; bash ../ok.sh', 'allow'],
    ['psql -f q.sql', 'sql.drop'],
    ['psql < q.sql', 'sql.drop'],
    ['cat clean.sh', 'allow'],
    ['bash missing.sh', 'allow'],
    ['bash -n clean.sh', 'allow'],
    ['sh loop.sh', 'guard.unanalysable'],
    ['npm run build', 'allow'],
    ['npm run wipe', 'fs.rm.root'],
    ['yarn wipe', 'fs.rm.root'],
    ['pnpm run publish', 'fs.rm.root'],
    ['npm run again', 'allow'],
    ['npm --prefix web run clean', 'fs.rm.root'],
    ['cd web && npm run clean', 'fs.rm.root'],
    ['npm run missing', 'allow'],
    ['make', 'allow'],
    ['make clean', 'allow'],
    ['make wipe', 'fs.rm.root'],
    ['make -n wipe', 'allow'],
    ['make DIR=out wipe', 'allow'],
    ['go run m.go', 'fs.rm.root'],
  ])('%s -> %s', (command, expected) => {
    expect(rule(command, { scripts })).toBe(expected);
  });
});

describe('a script that installs packages by name', () => {
  const scripts = () => 'npm install --prefix .tools left-pad\nrm -rf "$1"\n';

  it('is refused like the command itself, whoever wrote it', () => {
    expect(rule('./setup.sh dist', { scripts })).toBe('pkg.npm.install');
  });
});
