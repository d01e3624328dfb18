import { parse, type ParsedScript } from 'unbash';

export type {
  ArithmeticExpression,
  ArrayValue,
  Assignment,
  Command,
  CommandArgument,
  CommandNode,
  CompoundList,
  Coproc,
  Function as FunctionNode,
  ParameterExpansionPart,
  ParameterOperation,
  ParsedScript,
  Pipeline,
  PipelineNode,
  Redirection,
  Statement,
  SyntaxNode,
  TestExpression,
  Word,
  WordPart,
} from 'unbash';
export { forEachChild } from 'unbash';

/** The one place that knows which parser reads the shell. */
export const parseShell = (source: string): ParsedScript => parse(source);

/** The first thing wrong with the text, if any; a script with errors still has the commands read up to there. */
export const firstError = (script: ParsedScript): { readonly message: string; readonly pos: number } | undefined =>
  script.errors?.[0];
