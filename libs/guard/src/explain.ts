import type { Decision, JudgeInput } from './decision.js';
import type { Fact } from './facts.js';
import { judge } from './judge.js';
import { forEachChild, type SyntaxNode } from './shell/parse.js';
import { readable } from './shell/marks.js';

export interface Explanation {
  /** The syntax tree, one line a node, indented. */
  readonly parse: readonly string[];
  /** What the command was found through, outermost first. */
  readonly chain: readonly string[];
  readonly facts: readonly { readonly fact: Fact; readonly via: readonly string[] }[];
  readonly decision: Decision;
}

const MAX_LINES = 400;

const outline = (node: SyntaxNode, source: string, depth: number, lines: string[]): void => {
  if (lines.length >= MAX_LINES) return;
  const text = 'text' in node && typeof node.text === 'string' ? node.text : source.slice(node.pos, node.end);
  lines.push(
    `${'  '.repeat(depth)}${node.type} ${readable(text.length > 80 ? `${text.slice(0, 79)}…` : text)}`.trimEnd(),
  );
  const own = node.type === 'Script' && node.source !== undefined ? node.source : source;
  forEachChild(node, (child) => outline(child, own, depth + 1, lines));
};

/** How a decision comes about: the parse, the chain, every fact, and the decision; unlike `judgeCommand` it looks on after it. */
export const explainCommand = (input: JudgeInput): Explanation => {
  const { decision, facts, script } = judge(input, true);
  const lines: string[] = [];
  if (script !== undefined) outline(script, input.command, 0, lines);
  return { parse: lines, chain: decision.decision === 'block' ? decision.via : [], facts, decision };
};
