/** A small function that a demo issue asks for; what the scripted author knows by heart. */
export interface DemoFunction {
  readonly name: string;
  readonly signature: string;
  /** What it is for, as a person would say it. */
  readonly wish: string;
  /** Calls and what they return, both as JSON. */
  readonly examples: readonly (readonly [args: string, returns: string])[];
}

export const demoFunctions: readonly DemoFunction[] = [
  {
    name: 'slugify',
    signature: 'slugify(text)',
    wish: 'Page addresses are built from titles. Turn a title into lower-case words joined by single dashes.',
    examples: [
      ['"Hello World"', '"hello-world"'],
      ['"  Spring & Summer  "', '"spring-summer"'],
      ['"Ünïted Tèxt"', '"united-text"'],
    ],
  },
  {
    name: 'wordCount',
    signature: 'wordCount(text)',
    wish: 'The editor shows how long a text is. Count its words; blanks around and between them do not matter.',
    examples: [
      ['"one two three"', '3'],
      ['"  spaced   out "', '2'],
      ['""', '0'],
    ],
  },
  {
    name: 'clamp',
    signature: 'clamp(value, low, high)',
    wish: 'Sliders must not leave their range. Keep a number between two bounds.',
    examples: [
      ['5, 0, 10', '5'],
      ['-3, 0, 10', '0'],
      ['42, 0, 10', '10'],
    ],
  },
  {
    name: 'titleCase',
    signature: 'titleCase(text)',
    wish: 'Names arrive in any case. Begin every word with a capital and leave the rest small.',
    examples: [
      ['"ada lovelace"', '"Ada Lovelace"'],
      ['"GRACE HOPPER"', '"Grace Hopper"'],
      ['""', '""'],
    ],
  },
  {
    name: 'chunk',
    signature: 'chunk(items, size)',
    wish: 'Results are shown in pages. Split a list into lists of at most `size` items.',
    examples: [
      ['[1, 2, 3, 4, 5], 2', '[[1, 2], [3, 4], [5]]'],
      ['["a", "b"], 5', '[["a", "b"]]'],
      ['[], 3', '[]'],
    ],
  },
  {
    name: 'unique',
    signature: 'unique(items)',
    wish: 'Tags are entered twice. Drop repetitions and keep the order of first appearance.',
    examples: [
      ['[3, 1, 3, 2, 1]', '[3, 1, 2]'],
      ['["b", "a", "b"]', '["b", "a"]'],
      ['[]', '[]'],
    ],
  },
  {
    name: 'truncate',
    signature: 'truncate(text, length)',
    wish: 'Cards have little room. Shorten a text to at most `length` characters, the last one an ellipsis if cut.',
    examples: [
      ['"A long headline", 8', '"A long …"'],
      ['"short", 8', '"short"'],
      ['"exactly8", 8', '"exactly8"'],
    ],
  },
  {
    name: 'initials',
    signature: 'initials(name)',
    wish: 'People without a picture get their initials: the first letters of the first and the last name.',
    examples: [
      ['"Ada Lovelace"', '"AL"'],
      ['"grace brewster hopper"', '"GH"'],
      ['"Plato"', '"P"'],
    ],
  },
  {
    name: 'range',
    signature: 'range(start, end)',
    wish: 'The pager needs page numbers. List the whole numbers from `start` up to and with `end`.',
    examples: [
      ['1, 4', '[1, 2, 3, 4]'],
      ['3, 3', '[3]'],
      ['5, 2', '[]'],
    ],
  },
  {
    name: 'isPalindrome',
    signature: 'isPalindrome(text)',
    wish: 'For the puzzle page: does a text read the same from both ends, letters and digits only, whatever their case?',
    examples: [
      ['"Never odd or even"', 'true'],
      ['"Hello"', 'false'],
      ['"A man, a plan, a canal: Panama"', 'true'],
    ],
  },
];

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const bodyOf = (wanted: DemoFunction, module: string): string =>
  [
    wanted.wish,
    '',
    `Please add \`${wanted.signature}\` as a named export of its own module.`,
    '',
    `Module: \`src/${module}.js\``,
    '',
    '### Examples',
    '',
    '```js',
    ...wanted.examples.map(([args, returns]) => `${wanted.name}(${args}) => ${returns}`),
    '```',
    '',
    '### Done when',
    '',
    '- every example is covered by a test',
    '- the function is documented (what it does, its parameters, what it returns)',
    '',
  ].join('\n');

/**
 * The n-th demo issue (n from 1). The seed turns the order of the functions; two numbers never ask for the same module.
 */
export const demoIssue = (n: number, seed = 0): { readonly title: string; readonly body: string } => {
  const count = demoFunctions.length;
  const turn = (((n - 1 + Math.trunc(seed)) % count) + count) % count;
  const wanted = demoFunctions[turn] as DemoFunction;
  const lap = Math.floor((n - 1) / count) + 1;
  const module = lap === 1 ? kebab(wanted.name) : `${kebab(wanted.name)}-${lap}`;
  const title = lap === 1 ? `Add ${wanted.signature}` : `Add ${wanted.signature} in src/${module}.js`;
  return { title, body: bodyOf(wanted, module) };
};

/** What `rig up` suggests to file first: short enough for one command, and something the scripted author can do. */
export const firstIssue = {
  title: 'Add slugify(text)',
  body: [
    'Module: `src/slugify.js`',
    ...(demoFunctions[0]?.examples ?? []).slice(0, 2).map(([args, returns]) => `slugify(${args}) => ${returns}`),
  ].join('\n'),
  labels: ['agent-ready', 'P1'],
} as const;
