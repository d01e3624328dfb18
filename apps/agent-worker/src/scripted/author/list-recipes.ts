import type { Recipe } from './recipe.js';

export const listRecipes: readonly Recipe[] = [
  {
    name: 'clamp',
    does: 'Keeps a number between two bounds.',
    params: [
      { name: 'value', type: 'number', says: 'the number' },
      { name: 'low', type: 'number', says: 'the smallest result' },
      { name: 'high', type: 'number', says: 'the largest result, not below `low`' },
    ],
    returns: { type: 'number', says: 'the number itself, or the bound it passed' },
    body: ['return Math.min(Math.max(value, low), high);'],
    draft: ['return Math.max(Math.min(value, low), high);'],
  },
  {
    name: 'range',
    does: 'Lists whole numbers in rising order.',
    params: [
      { name: 'start', type: 'number', says: 'the first number' },
      { name: 'end', type: 'number', says: 'the last number' },
    ],
    returns: { type: 'number[]', says: 'empty when `end` lies below `start`' },
    body: ['return Array.from({ length: Math.max(0, end - start + 1) }, (_, n) => start + n);'],
    draft: ['return Array.from({ length: Math.max(0, end - start) }, (_, n) => start + n);'],
  },
  {
    name: 'chunk',
    does: 'Splits a list into lists of equal length; the last one may be shorter.',
    params: [
      { name: 'items', type: 'unknown[]', says: 'the list, left as it is' },
      { name: 'size', type: 'number', says: 'items per list, at least 1' },
    ],
    returns: { type: 'unknown[][]', says: 'empty for an empty list' },
    body: [
      'const chunks = [];',
      'for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));',
      'return chunks;',
    ],
    draft: [
      'const chunks = [];',
      'for (let start = 0; start + size <= items.length; start += size) chunks.push(items.slice(start, start + size));',
      'return chunks;',
    ],
  },
  {
    name: 'unique',
    does: 'Drops repetitions from a list.',
    params: [{ name: 'items', type: 'unknown[]', says: 'the list, left as it is' }],
    returns: { type: 'unknown[]', says: 'each item once, in order of first appearance' },
    body: ['return [...new Set(items)];'],
    draft: ['return [...items].sort().filter((item, n, all) => n === 0 || item !== all[n - 1]);'],
  },
];
