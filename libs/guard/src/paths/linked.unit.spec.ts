import { describe, expect, it } from '@jest/globals';
import { judgeFileWrite } from '../file-write.js';
import { judgeCommand } from '../judge.js';

const LINKS: Readonly<Record<string, string>> = {
  '/code/repo/etc': '/etc',
  '/code/repo/data': '/srv/data',
  '/code/repo/plain.json': '/code/repo/.claude/settings.json',
  '/code/repo/current': '/code/repo/releases/7',
};
const links = (path: string): string | undefined => {
  const link = Object.keys(LINKS).find((one) => path === one || path.startsWith(`${one}/`));
  return link === undefined ? undefined : `${LINKS[link] ?? ''}${path.slice(link.length)}`;
};
const place = { cwd: '/code/repo', workspace: '/code/repo', links };
const ruleOf = (command: string): string => {
  const decision = judgeCommand({ ...place, command });
  return decision.decision === 'block' ? decision.rule : 'allow';
};

describe('symbolic links that lie in the workspace', () => {
  it.each([
    ['rm -rf etc/*', 'fs.rm.root'],
    ['rm -rf etc/', 'fs.rm.root'],
    ['rm -rf data/old', 'fs.rm.outside-workspace'],
    ['rm -rf "data/$X"', 'fs.rm.outside-workspace'],
    ['cd data && rm -rf ./*', 'fs.rm.outside-workspace'],
    ['find data/ -delete', 'fs.find-delete'],
    ['mv data/db /tmp/db', 'fs.move-away'],
    ['echo x > etc/passwd', 'fs.overwrite-system'],
    ['echo x | tee etc/hosts', 'fs.overwrite-system'],
    ['cp x etc/', 'fs.overwrite-system'],
    ['echo {} > plain.json', 'self.tamper'],
    ['chmod 777 etc/shadow', 'fs.chmod-world'],
    ['chmod u+s etc/shadow', 'fs.chmod-system'],
    ['python3 -c "import shutil; shutil.rmtree(\'data/x\')"', 'fs.rm.outside-workspace'],
  ])('lead out of it: %s', (command, rule) => {
    expect(ruleOf(command)).toBe(rule);
  });

  it.each([
    'rm etc',
    'rm -f data plain.json',
    'unlink etc',
    'ln -sfn releases/8 current',
    'ln -sf /usr/bin/python3 data',
    'ln -sfn conf etc',
    'cat etc/passwd',
    'rm -rf current/cache',
    'echo x > current/version',
    'mv current previous',
  ])('may be removed, replaced, read, and followed inside: %s', (command) => {
    expect(ruleOf(command)).toBe('allow');
  });

  it.each([
    ['etc/passwd', 'fs.overwrite-system'],
    ['data/x', 'fs.write.outside-workspace'],
    ['plain.json', 'self.tamper'],
    ['current/x', 'allow'],
  ])('lead file tools out of it: %s', (path, rule) => {
    const decision = judgeFileWrite({ ...place, path, tool: 'Write' });
    expect(decision.decision === 'block' ? decision.rule : 'allow').toBe(rule);
  });

  it('are named in the message with what they mean', () => {
    expect(judgeCommand({ ...place, command: 'rm -rf data/old' })).toMatchObject({
      message: 'data/old (a link to /srv/data/old) lies outside the workspace.',
    });
  });
});

describe('symbolic links that the command makes', () => {
  it('lead where they say, for a write to the link itself too', () => {
    expect(ruleOf('ln -s .claude/settings.json x && echo {} > x')).toBe('self.tamper');
    expect(ruleOf('ln -s /etc/passwd x && echo y > x')).toBe('fs.overwrite-system');
    expect(ruleOf('ln -s src/a.ts x && echo y > x && rm x')).toBe('allow');
  });

  it('are not confused with copies of programs', () => {
    expect(ruleOf('cp /usr/bin/env x && chmod +x x && echo y > x')).toBe('allow');
    expect(ruleOf('cp /bin/rm x && ./x -rf /')).toBe('fs.rm.root');
  });
});
