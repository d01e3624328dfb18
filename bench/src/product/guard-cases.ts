import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CORPUS_FILES, parseCorpus, placeOf, type CorpusCase } from '@rig/guard';

/** One command of the corpora, as it reads in the folders of this run. */
export interface GuardCase {
  readonly cmd: string;
  readonly destructive: boolean;
  /** Of those that a guard of git and the file system claims: deleting, formatting, devices, git. */
  readonly common: boolean;
}

export interface GuardStage {
  readonly repo: string;
  readonly home: string;
  readonly cases: readonly GuardCase[];
  remove(): void;
}

const COMMON = /^(?:fs\.rm\.|fs\.find-delete|fs\.mkfs|fs\.overwrite-device|git\.(?!hooks))/;
/** Classes of harmless commands that are about the same. */
const COMMON_CLASSES = ['rm', 'git', 'mention', 'everyday'];

const read = (name: keyof typeof CORPUS_FILES): readonly CorpusCase[] => {
  const corpus = parseCorpus(readFileSync(CORPUS_FILES[name], 'utf8'));
  if (!corpus.ok) throw new Error(corpus.refusal.message);
  // A case with a place of its own says more than a peer can be told.
  return corpus.value.filter(({ cwd, workspace }) => (cwd ?? workspace) === undefined);
};

/**
 * The corpora in a repository and a home folder that are really there, since the peer looks at the disk; not below
 * /tmp, where guards allow more. None of the commands is ever run.
 */
export const stageGuardCases = (): GuardStage => {
  const folder = mkdtempSync(join(homedir(), '.rig-bench-'));
  const [repo, home] = [join(folder, 'work', 'repo'), join(folder, 'home', 'dev')];
  for (const path of [repo, home]) mkdirSync(path, { recursive: true });
  execFileSync('git', ['init', '--quiet', repo]);
  const { cwd, home: assumed = '' } = placeOf({ cmd: '', class: '' });
  const here = (cmd: string): string => cmd.replaceAll(cwd, repo).replaceAll(assumed, home);
  const cases = [
    ...read('blocked').map(({ cmd, rule = '' }) => ({ cmd: here(cmd), destructive: true, common: COMMON.test(rule) })),
    ...read('allowed').map((one) => ({
      cmd: here(one.cmd),
      destructive: false,
      common: COMMON_CLASSES.includes(one.class),
    })),
  ];
  return { repo, home, cases, remove: () => rmSync(folder, { recursive: true, force: true }) };
};
