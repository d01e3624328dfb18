import type { WriteStream } from 'node:tty';
import { coloured, plain, type Palette } from '../core/format.js';

/** Output for people: lines, and on a terminal one line at the bottom that is written over. */
export interface Terminal {
  readonly palette: Palette;
  readonly isTty: boolean;
  line(text: string): void;
  /** Replaces the bottom line; where there is no terminal it is an ordinary line, at most one in 5 s. */
  status(text: string): void;
  /** Leaves the bottom line as it stands. */
  keep(): void;
}

const QUIET_MS = 5_000;
const CLEAR = '\r\u001b[2K';

/** Colours only on a terminal, and never with NO_COLOR set to anything or TERM=dumb. */
export const createTerminal = (stream: WriteStream | NodeJS.WriteStream, now: () => number): Terminal => {
  const isTty = stream.isTTY === true && process.env['TERM'] !== 'dumb';
  const wantsColour = isTty && (process.env['NO_COLOR'] ?? '') === '';
  let bottom = '';
  let lastStatus = Number.NEGATIVE_INFINITY;
  return {
    palette: wantsColour ? coloured : plain,
    isTty,
    line: (text) => {
      stream.write(bottom === '' ? `${text}\n` : `${CLEAR}${text}\n${bottom}`);
    },
    status: (text) => {
      if (isTty) {
        bottom = text;
        stream.write(`${CLEAR}${text}`);
      } else if (now() - lastStatus >= QUIET_MS) {
        lastStatus = now();
        stream.write(`${text}\n`);
      }
    },
    keep: () => {
      if (bottom !== '') stream.write('\n');
      bottom = '';
    },
  };
};

/** Results go to standard output, whole, before the process ends. */
export const printOut = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

/** Remarks that are no result go to standard error. */
export const printError = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

export const printJson = (value: unknown): void => printOut(JSON.stringify(value, null, 2));
