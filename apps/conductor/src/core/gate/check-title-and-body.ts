import { hold, pass, type GateCheck } from './gate-view.js';

/** Conventional Commits 1.0 types in common use. */
const TITLE = /^(?:build|chore|ci|docs|feat|fix|perf|refactor|revert|style|test)(?:\([a-z0-9./_-]+\))?!?: \S/;
const TITLE_LIMIT = 70;

const hasSection = (body: string, name: string): boolean => new RegExp(`^#{1,6}\\s+${name}\\s*$`, 'im').test(body);

export const checkTitleAndBody: GateCheck = ({ view }) => {
  const { title, body } = view.pull;
  if (!TITLE.test(title))
    return hold('the title is not a conventional commit', 'a title such as "feat: greet by name"');
  if (title.length >= TITLE_LIMIT) {
    return hold(`the title has ${title.length} characters`, `a title under ${TITLE_LIMIT} characters`);
  }
  const missing = ['Summary', 'Test plan'].filter((section) => !hasSection(body, section));
  if (missing.length > 0) return hold(`the body lacks ${missing.join(' and ')}`, 'adding the section to the body');
  return pass('title and body are in form');
};
