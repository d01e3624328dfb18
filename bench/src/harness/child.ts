import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Runs a file of bench/src (its built form) as a process with one message in, and resolves to its one message out. */
export const inChild = <Out>(file: string, message: Readonly<Record<string, unknown>>): Promise<Out> =>
  new Promise((resolve, reject) => {
    const path = fileURLToPath(new URL(`../${file}`, import.meta.url));
    const child = fork(path, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let answer: { readonly value: Out } | undefined;
    child.once('message', (value) => (answer = { value: value as Out }));
    child.once('error', reject);
    child.once('exit', (code) => {
      if (answer !== undefined) resolve(answer.value);
      else reject(new Error(`${file} ended with ${code ?? 'a signal'} and without an answer`));
    });
    child.send(message);
  });

/** The other side: does the work for the message, answers, and ends the process. */
export const answerParent = <In>(work: (message: In) => Promise<Readonly<Record<string, unknown>>>): void => {
  // Whoever asked is gone.
  process.once('disconnect', () => process.exit(1));
  process.once('message', (message) => {
    void work(message as In).then(
      (value) => process.send?.(value, undefined, undefined, () => process.exit(0)),
      (error: unknown) => {
        process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
        process.exit(1);
      },
    );
  });
};
