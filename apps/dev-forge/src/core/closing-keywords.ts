const keyword = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:([\w.-]+\/[\w.-]+))?#(\d+)\b/gi;

/** Numbers of the issues of `repo` that a text closes with GitHub's keywords, each once. */
export const closedIssues = (text: string, repo: string): number[] => {
  const numbers = new Set<number>();
  for (const [, slug, number] of text.matchAll(keyword)) {
    if (slug === undefined || slug.toLowerCase() === repo.toLowerCase()) numbers.add(Number(number));
  }
  return [...numbers];
};
