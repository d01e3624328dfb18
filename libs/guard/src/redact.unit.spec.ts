import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redactCommand } from './index.js';

const KEY = 'aB3dE5fG7hJ9kL1mN3pQ5rS7tU9vW1xY3zA5bC7d';

describe('a command that is told to others', () => {
  it.each([
    ['git push https://ada:hunter22@github.com/a/b', 'git push https://ada:***@github.com/a/b'],
    ['curl -H "Authorization: Bearer abc.def-123" x', 'curl -H "Authorization: Bearer ***" x'],
    ['curl -H "X-Api-Key: hunter22" x', 'curl -H "X-Api-Key: ***" x'],
    ['curl -u ada:hunter22 x', 'curl -u ada:*** x'],
    ['PGPASSWORD=hunter22 psql -c "drop table x"', 'PGPASSWORD=*** psql -c "drop table x"'],
    ["export API_KEY='hunter 22'; rm -rf /", 'export API_KEY=***; rm -rf /'],
    ['deploy --token hunter22 --force', 'deploy --token *** --force'],
    ['deploy --password=hunter22', 'deploy --password=***'],
    [`echo '{"password": "hunter22", "a": 1}'`, `echo '{"password": ***, "a": 1}'`],
    ['mysql -uroot -phunter22 -e "drop database x"', 'mysql -uroot -p*** -e "drop database x"'],
    ['sshpass -p hunter22 ssh x', 'sshpass -p *** ssh x'],
    ['gh auth login ghp_abcdefghij0123456789', 'gh auth login ***'],
    ['aws s3 rm s3://x AKIAABCDEFGHIJKLMNOP', 'aws s3 rm s3://x ***'],
    ['echo eyJhbGciOiJI.eyJzdWIiOiJh.c2lnbmF0dXJl', 'echo ***'],
    [`echo ${KEY} | sh`, 'echo *** | sh'],
    ['x <<E\n-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\nE', 'x <<E\n***\nE'],
    ['x <<E\n-----BEGIN PRIVATE KEY-----\nMIIE', 'x <<E\n***'],
  ])('holds no secret: %s', (command, told) => {
    expect(redactCommand(command)).toBe(told);
  });

  it.each([
    'rm -rf /',
    'git push --force origin main',
    `git reset --hard ${'0123456789abcdef0123456789abcdef01234567'}`,
    'npm install left-pad',
    'psql -c "delete from tokens"',
    'rm -rf /home/dev/Documents/Projects/2026/some-rather-long-folder-name/with-more-of-it',
  ])('is otherwise as it was: %s', (command) => {
    expect(redactCommand(command)).toBe(command);
  });

  it('is short, and a character is not cut in two', () => {
    const long = redactCommand(`echo ${'é😀'.repeat(1_000)}`);
    expect(long.length).toBeLessThanOrEqual(512);
    expect(long.isWellFormed()).toBe(true);
    expect(redactCommand('x'.repeat(100_000))).toBe('…');
  });

  it('holds no secret wherever it stands', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 5_000 }), fc.string({ maxLength: 100 }), (before, after) => {
        const told = redactCommand(`${before} ghp_${KEY} ${after}`);
        expect(told).not.toContain(KEY);
        expect(told.length).toBeLessThanOrEqual(512);
      }),
      { numRuns: 200 },
    );
  });
});
