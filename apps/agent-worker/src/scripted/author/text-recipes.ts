import type { Recipe } from './recipe.js';

const text = (says: string) => [{ name: 'text', type: 'string', says }];

export const textRecipes: readonly Recipe[] = [
  {
    name: 'slugify',
    does: 'Turns a text into lower-case words joined by single dashes, for use in addresses.',
    params: text('any text; accents are dropped'),
    returns: { type: 'string', says: 'letters a to z, digits and dashes, no dash at either end' },
    body: [
      'const plain = text.normalize("NFKD").replace(/\\p{M}/gu, "");',
      'return plain.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");',
    ],
    draft: ['return text.toLowerCase().replace(/[^a-z0-9]/g, "-");'],
  },
  {
    name: 'titleCase',
    does: 'Begins every word with a capital letter and writes the rest small.',
    params: text('words separated by blanks'),
    returns: { type: 'string', says: 'the same words, blanks kept' },
    body: ['return text.toLowerCase().replace(/(^|\\s)\\S/g, (letter) => letter.toUpperCase());'],
    draft: ['return text.charAt(0).toUpperCase() + text.slice(1);'],
  },
  {
    name: 'wordCount',
    does: 'Counts the words of a text.',
    params: text('words separated by any white space'),
    returns: { type: 'number', says: 'a whole number, 0 for a text without words' },
    body: ['return text.split(/\\s+/).filter((word) => word !== "").length;'],
    draft: ['return text.split(" ").length;'],
  },
  {
    name: 'truncate',
    does: 'Shortens a text, and shows by an ellipsis that something was cut.',
    params: [
      { name: 'text', type: 'string', says: 'the text to shorten' },
      { name: 'length', type: 'number', says: 'most characters of the result, at least 1' },
    ],
    returns: { type: 'string', says: 'the text itself if it fits' },
    body: ['return text.length <= length ? text : `${text.slice(0, length - 1)}…`;'],
    draft: ['return text.length < length ? text : `${text.slice(0, length)}…`;'],
  },
  {
    name: 'initials',
    does: 'Makes the initials of a name: the first letters of its first and last word.',
    params: [{ name: 'name', type: 'string', says: 'one word or more' }],
    returns: { type: 'string', says: 'at most two capital letters' },
    body: [
      'const words = name.trim().split(/\\s+/);',
      'const ends = words.length > 1 ? [words[0], words[words.length - 1]] : words;',
      'return ends.map((word) => word.charAt(0).toUpperCase()).join("");',
    ],
    draft: ['return name.split(" ").map((word) => word.charAt(0)).join("");'],
  },
  {
    name: 'isPalindrome',
    does: 'Tells whether a text reads the same from both ends; only letters and digits count, whatever their case.',
    params: text('any text'),
    returns: { type: 'boolean', says: 'true for an empty text too' },
    body: [
      'const letters = [...text.toLowerCase()].filter((letter) => /[\\p{L}\\p{N}]/u.test(letter));',
      'return letters.join("") === letters.reverse().join("");',
    ],
    draft: ['return text === [...text].reverse().join("");'],
  },
];
