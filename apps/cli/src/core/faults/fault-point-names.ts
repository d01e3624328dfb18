const CALL = /faultPoint\(\s*'([^']+)'\s*\)/g;

/** The names of the fault points in source texts, each once, in order. */
export const faultPointNames = (sources: readonly string[]): readonly string[] =>
  [
    ...new Set(
      sources.flatMap((text) => [...text.matchAll(CALL)].flatMap(([, name]) => (name === undefined ? [] : [name]))),
    ),
  ].sort();
