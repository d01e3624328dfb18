import type { Fact, FactKind, FactOf } from '../facts.js';

export type Category =
  'privilege' | 'files' | 'git' | 'data' | 'cluster' | 'remote-code' | 'packages' | 'system' | 'guard';

/** One thing the guard refuses. */
export interface Rule {
  readonly id: string;
  readonly category: Category;
  readonly kind: FactKind;
  /** What is refused, in one line. */
  readonly title: string;
  /** A command it refuses, for the handbook and the tests. */
  readonly example: string;
  /** A command that does what may be done instead; the tests run it through the guard. */
  readonly alternative: string;
  matches(fact: Fact): boolean;
  /** What is said to the agent: what was refused and why. */
  message(fact: Fact): string;
}

interface Spec<K extends FactKind> extends Omit<Rule, 'matches' | 'message' | 'kind'> {
  readonly kind: K;
  /** Default: every fact of the kind. */
  readonly when?: (fact: FactOf<K>) => boolean;
  readonly message: (fact: FactOf<K>) => string;
}

const isKind = <K extends FactKind>(fact: Fact, kind: K): fact is FactOf<K> => fact.kind === kind;

/** Field by field: a hook makes all rules for one command, and spreading takes ten times as long. */
export const rule = <K extends FactKind>(spec: Spec<K>): Rule => ({
  id: spec.id,
  category: spec.category,
  kind: spec.kind,
  title: spec.title,
  example: spec.example,
  alternative: spec.alternative,
  matches: (fact) => isKind(fact, spec.kind) && (spec.when === undefined || spec.when(fact)),
  message: (fact) => (isKind(fact, spec.kind) ? spec.message(fact) : spec.title),
});
