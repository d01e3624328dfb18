import type { Recipe } from './recipe.js';
import { renderDocumentation, renderFunction } from './render.js';

/** Where `export function name(…) {…}` stands: from its first character to behind its closing brace. */
const placeOf = (source: string, name: string): readonly [number, number] | undefined => {
  const start = source.search(new RegExp(`^export function ${name}\\(`, 'm'));
  if (start < 0) return undefined;
  const end = source.indexOf('\n}', start);
  return end < 0 ? undefined : [start, end + 2];
};

/** The source with the function written as it should be; the rest of the file stays as it is. */
export const mendFunction = (source: string, recipe: Recipe): string => {
  const place = placeOf(source, recipe.name);
  if (place === undefined) return source;
  return source.slice(0, place[0]) + renderFunction(recipe) + source.slice(place[1]);
};

/** The source with documentation above the function; what stands there already is replaced. */
export const documentFunction = (source: string, recipe: Recipe): string => {
  const place = placeOf(source, recipe.name);
  if (place === undefined) return source;
  const above = source.slice(0, place[0]);
  const block = above.trimEnd().endsWith('*/') ? above.lastIndexOf('/**') : -1;
  const before = block < 0 ? above : above.slice(0, block);
  return `${before}${renderDocumentation(recipe)}\n${source.slice(place[0])}`;
};

/** Small habits that reviews ask for, by the word that a comment contains. */
export const mendHabits = (source: string, comment: string): string => {
  let mended = source;
  if (/`var`/.test(comment)) mended = mended.replace(/\bvar\s/g, 'let ');
  if (/`==`|`!=`/.test(comment)) mended = mended.replace(/([^=!<>])([=!])=(?!=)/g, '$1$2==');
  if (/`console\.log`/.test(comment)) mended = mended.replace(/^\s*console\.log\(.*\);?\n/gm, '');
  return mended;
};

export const wantsDocumentation = (comment: string): boolean => /jsdoc|document|@param|@returns/i.test(comment);
export const wantsExample = (comment: string): boolean => /\bexample/i.test(comment);
export const wantsRepair = (comment: string): boolean => /\btests? fails?|wrong|does not return|\bbug\b/i.test(comment);
