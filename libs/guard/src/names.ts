/** A set of names that can only be asked. */
export interface Names {
  has(name: string): boolean;
}

export interface NameSet extends Names {
  readonly empty: boolean;
}

class LazyNames implements NameSet {
  private set: ReadonlySet<string> | undefined;
  constructor(private readonly text: string) {}
  get empty(): boolean {
    return this.text === '';
  }
  has(name: string): boolean {
    return (this.set ??= new Set(this.text.split(' ').filter((one) => one !== ''))).has(name);
  }
}

/** The names in a text, separated by blanks. Taken apart when first asked: a hook loads every table for one command. */
export const namesIn = (text: string): NameSet => new LazyNames(text);

export const NO_NAMES: Names = namesIn('');

const BLANK = 0x20;

/** Whether a name stands among names separated by blanks. */
const holds = (names: string, name: string): boolean => {
  for (let at = names.indexOf(name); at !== -1; at = names.indexOf(name, at + 1)) {
    const end = at + name.length;
    const begins = at === 0 || names.charCodeAt(at - 1) === BLANK;
    if (begins && (end === names.length || names.charCodeAt(end) === BLANK)) return true;
  }
  return false;
};

/** Names that are remembered once looked up; commands have names of anybody's choice, so there is a bound. */
const REMEMBERED = 4_096;

/** What belongs to a name, in the order it was added. Nothing is indexed before it is asked for, for the same reason. */
export class NameTable<T> {
  private readonly names: string[] = [];
  private readonly values: T[] = [];
  private readonly found = new Map<string, readonly T[]>();

  /** @param names  separated by blanks */
  add(names: string, value: T): void {
    this.names.push(names);
    this.values.push(value);
  }

  of(name: string): readonly T[] {
    const before = this.found.get(name);
    if (before !== undefined) return before;
    const all = name === '' || name.includes(' ') ? [] : this.search(name);
    if (this.found.size >= REMEMBERED) this.found.clear();
    this.found.set(name, all);
    return all;
  }

  private search(name: string): readonly T[] {
    const all: T[] = [];
    for (let row = 0; row < this.names.length; row++) {
      const value = this.values[row];
      if (value !== undefined && holds(this.names[row] ?? '', name)) all.push(value);
    }
    return all;
  }
}
