import { forEachChild, type CommandNode, type SyntaxNode } from './parse.js';

interface Calls {
  /** Calls of itself. */
  self: number;
  /** Of these, inside a pipeline or in the background. */
  parallel: number;
}

const count = (node: SyntaxNode, name: string, parallel: boolean, calls: Calls): void => {
  if (node.type === 'Command' && node.name?.value === name) {
    calls.self++;
    if (parallel) calls.parallel++;
  }
  const spreads =
    (node.type === 'Pipeline' && node.commands.length > 1) || (node.type === 'Statement' && node.background === true);
  forEachChild(node, (child) => count(child, name, parallel || spreads, calls));
};

/** A function that starts itself beside itself, again and again. */
export const looksLikeForkBomb = (name: string, body: SyntaxNode): boolean => {
  const calls: Calls = { self: 0, parallel: 0 };
  count(body, name, false, calls);
  return calls.parallel > 0 && (calls.self > 1 || calls.parallel === calls.self);
};

const isSelf = (node: SyntaxNode): boolean =>
  node.type === 'Command' && (node.name?.text ?? '').replace(/["{}]/g, '') === '$0';

/** `while :; do x & done`: processes without end, and nothing that waits for any of them. */
export const spawnsWithoutEnd = (node: Extract<CommandNode, { type: 'While' }>): boolean => {
  const [test, ...more] = node.clause.commands;
  const always =
    more.length === 0 && test?.command.type === 'Command' && /^(:|true|1)$/.test(test.command.name?.text ?? '');
  const { commands } = node.body;
  return always && commands.length > 0 && commands.every((statement) => statement.background === true);
};

/** `$0 | $0`, `$0 &`: a script that starts itself beside itself. */
export const pipesItself = (commands: readonly SyntaxNode[], times = 2): boolean =>
  commands.filter(isSelf).length >= times;
