import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { judgeCommand } from './index.js';
import { allowed, blocked, HERE, quote } from './testing/corpora.js';

const RUNS = { numRuns: 1_000 };
const judge = (command: string) => judgeCommand({ command, ...HERE }).decision;

/** Commands that are wrong wherever they run, in the form of words, so that they can be written in many ways. */
const words: readonly (readonly string[])[] = [
  ['rm', '-rf', '/'],
  ['rm', '-r', '-f', '/etc'],
  ['rm', '-rf', '/srv/data'],
  ['sudo', 'id'],
  ['git', 'push', '--force'],
  ['git', 'push', 'origin', '+main'],
  ['git', 'reset', '--hard'],
  ['git', 'clean', '-fdx'],
  ['chmod', '777', 'x'],
  ['mkfs.ext4', '/dev/sda1'],
  ['dd', 'if=/dev/zero', 'of=/dev/sda'],
  ['npm', 'install', 'left-pad'],
  ['pip', 'install', 'requests'],
  ['apt-get', 'install', '-y', 'jq'],
  ['kubectl', 'delete', 'namespace', 'prod'],
  ['psql', '-c', 'DROP TABLE users'],
  ['mysql', '-e', 'DELETE FROM users'],
  ['shutdown', '-h', 'now'],
  ['find', '/etc', '-delete'],
  ['tee', '.claude/settings.json'],
];
const plain = (parts: readonly string[]): string =>
  parts.map((word) => (/^[\w./=+-]+$/.test(word) ? word : quote(word))).join(' ');
const commands = fc.constantFrom(...words);

const wrappers: readonly ((code: string) => string)[] = [
  (code) => `sh -c ${quote(code)}`,
  (code) => `bash -lc ${quote(code)}`,
  (code) => `env A=1 bash -c ${quote(code)}`,
  (code) => `timeout -k 1 5 sh -c ${quote(code)}`,
  (code) => `nice -n 5 ionice -c 3 sh -c ${quote(code)}`,
  (code) => `nohup setsid sh -c ${quote(code)} &`,
  (code) => `stdbuf -oL sh -c ${quote(code)}`,
  (code) => `xargs -n1 sh -c ${quote(code)} < list`,
  (code) => `find . -maxdepth 1 -exec sh -c ${quote(code)} \\;`,
  (code) => `ssh -p 22 host ${quote(code)}`,
  (code) => `docker exec -it web sh -c ${quote(code)}`,
  (code) => `kubectl exec -n a pod -- sh -c ${quote(code)}`,
  (code) => `watch -n 1 ${quote(code)}`,
  (code) => `script -c ${quote(code)} /dev/null`,
  (code) => `flock /tmp/lock -c ${quote(code)}`,
  (code) => `busybox sh -c ${quote(code)}`,
  (code) => `git submodule foreach ${quote(code)}`,
  (code) => `git rebase --exec ${quote(code)} main`,
  (code) => `git -c ${quote(`alias.x=!${code}`)} x`,
  (code) => `eval ${quote(code)}`,
  (code) => `npx -c ${quote(code)}`,
  (code) => `( ${code}\n)`,
  (code) => `{ ${code}\n}`,
  (code) => `if true; then ${code}\nfi`,
  (code) => `for i in 1 2; do ${code}\ndone`,
  (code) => `f() { ${code}\n}; f`,
  (code) => `echo ${quote(code)} | bash`,
  (code) => `bash <<< ${quote(code)}`,
  (code) => `bash <<'GUARD_END'\n${code}\nGUARD_END`,
  (code) => `cat <(${code}\n)`,
  (code) => `echo "$(${code}\n)"`,
  (code) => `true && ${code}`,
  (code) => `false || ${code}`,
  (code) => `trap ${quote(code)} EXIT`,
  (code) => `python3 -c ${quote(`import os; os.system(${JSON.stringify(code)})`)}`,
  (code) => `node -e ${quote(`require('child_process').execSync(${JSON.stringify(code)})`)}`,
];

describe('wrapping', () => {
  it('keeps a blocked command blocked in any composition of executors', () => {
    fc.assert(
      fc.property(
        commands,
        fc.array(fc.integer({ min: 0, max: wrappers.length - 1 }), { maxLength: 3 }),
        (parts, chosen) => {
          // A here-document inside one of the same name would end with the inner one.
          const once = chosen.filter(
            (index, at) => !(wrappers[index]?.('x').includes('GUARD_END') === true && chosen.indexOf(index) !== at),
          );
          const code = once.reduce((inner, index) => wrappers[index]?.(inner) ?? inner, plain(parts));
          expect([code, judge(code)]).toEqual([code, 'block']);
        },
      ),
      RUNS,
    );
  });
});

const hex = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');

/** Ways to write a word that a shell reads as the same word; the first text goes before the command. */
const spellings: readonly ((word: string, index: number) => readonly [string, string])[] = [
  (word) => ['', quote(word)],
  (word) => ['', `"${word}"`],
  (word) => ['', `${quote(word.slice(0, 1))}${quote(word.slice(1))}`],
  (word) => ['', `"${word.slice(0, 2)}"${quote(word.slice(2))}`],
  (word) => ['', `${word.slice(0, 1)}''${word.slice(1).replace(/ /g, '\\ ')}`],
  (word) => ['', word.replace(/[a-zA-Z ]/, '\\$&').replace(/(?<!\\) /g, '\\ ')],
  (word) => ['', `$'${hex(word)}'`],
  (word, index) => [`V${index}=${quote(word)}; `, `"$V${index}"`],
  (word, index) => [
    `V${index}=${quote(word.slice(0, 2))}; W${index}=${quote(word.slice(2))}; `,
    `"$V${index}\${W${index}}"`,
  ],
  (word, index) => [`V${index}=${quote(word)}; U${index}=V${index}; `, `"\${!U${index}}"`],
  // echo would take a word with a dash for its own option.
  (word) => ['', word.startsWith('-') ? quote(word) : `"$(echo ${quote(word)})"`],
  (word) => ['', `"$(printf %s ${quote(word)})"`],
  (word) => ['', `"\`printf %s ${quote(word)}\`"`],
  (word) => ['', `"$(echo ${Buffer.from(word).toString('base64')} | base64 -d)"`],
  (word) => ['', `"$(rev <<< ${quote([...word].reverse().join(''))})"`],
  (word) => ['', `"\${UNSET_${'X'}:-${word}}"`],
];

const encodings: readonly ((code: string) => string)[] = [
  (code) => code,
  (code) => `echo ${Buffer.from(code).toString('base64')} | base64 -d | sh`,
  (code) => `bash -c "$(base64 -d <<< ${Buffer.from(code).toString('base64')})"`,
  (code) => `echo ${Buffer.from(code).toString('hex')} | xxd -r -p | bash`,
  (code) => `printf '${hex(code)}' | sh`,
  (code) => `echo ${quote([...code].reverse().join(''))} | rev | sh`,
  (code) => `X=${quote(code)}; eval "$X"`,
];

describe('spelling', () => {
  it('keeps a blocked command blocked however its words are quoted, split, indirected or encoded', () => {
    const choice = fc.array(fc.integer({ min: 0, max: spellings.length - 1 }), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(commands, choice, fc.integer({ min: 0, max: encodings.length - 1 }), (parts, chosen, encoding) => {
        const written = parts.map((word, index) => spellings[chosen[index] ?? 0]?.(word, index) ?? ['', word]);
        const code = `${written.map(([before]) => before).join('')}${written.map(([, word]) => word).join(' ')}`;
        const command = encodings[encoding]?.(code) ?? code;
        expect([command, judge(command)]).toEqual([command, 'block']);
      }),
      RUNS,
    );
  });
});

const mentions: readonly ((text: string) => string)[] = [
  (text) => `git commit -m ${quote(text)}`,
  (text) => `git commit --message=${quote(text)}`,
  (text) => `git log --grep ${quote(text)}`,
  (text) => `echo ${quote(text)}`,
  (text) => `printf '%s\\n' ${quote(text)}`,
  (text) => `grep -rn ${quote(text)} docs`,
  (text) => `rg -F ${quote(text)}`,
  (text) => `cat <<'GUARD_END'\n${text}\nGUARD_END`,
  (text) => `cat > docs/danger.md <<'GUARD_END'\n${text}\nGUARD_END`,
  (text) => `gh issue create --title danger --body ${quote(text)}`,
  (text) => `X=${quote(text)}`,
  (text) => `[ "$cmd" = ${quote(text)} ] && echo same`,
  (text) => `rig guard check ${quote(text)}`,
];
const written = blocked.filter(({ class: kind }) => kind !== 'unparseable').map(({ cmd }) => cmd);
const harmless = allowed.filter(({ cwd, workspace }) => (cwd ?? workspace) === undefined).map(({ cmd }) => cmd);

describe('mentioning', () => {
  it('lets a commit message, a pattern, prose or an echo speak of anything', () => {
    fc.assert(
      fc.property(fc.constantFrom(...written), fc.constantFrom(...mentions), (text, mention) => {
        expect([mention(text), judge(mention(text))]).toEqual([mention(text), 'allow']);
      }),
      RUNS,
    );
  });

  it('lets a comment behind a harmless command speak of anything', () => {
    const lines = harmless.filter((cmd) => !cmd.includes('\n') && !/[\\#]$/.test(cmd));
    fc.assert(
      fc.property(fc.constantFrom(...lines), fc.constantFrom(...written), (command, text) => {
        const commented = `${command} # ${text.replace(/\n/g, ' ')}`;
        expect([commented, judge(commented)]).toEqual([commented, 'allow']);
      }),
      RUNS,
    );
  });

  it('keeps harmless commands harmless one after the other', () => {
    const simple = harmless.filter(
      (cmd) => !/[\n]|\bcd\b|pushd|<<|alias|=|exec|set |trap|\(\)|unset|cp |mv |ln |curl|wget|scp/.test(cmd),
    );
    fc.assert(
      fc.property(fc.constantFrom(...simple), fc.constantFrom(...simple), (first, second) => {
        const both = `${first}\n${second}`;
        expect([both, judge(both)]).toEqual([both, 'allow']);
      }),
      RUNS,
    );
  });
});
