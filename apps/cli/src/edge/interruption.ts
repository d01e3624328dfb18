/** Ctrl-C, SIGTERM and a closed terminal as one signal. A second Ctrl-C ends the process at once. */
export const interruption = (): { readonly signal: AbortSignal; dispose(): void } => {
  const controller = new AbortController();
  const names = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const onSignal = (): void => {
    // The children notice that their parent is gone and end too.
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of names) process.on(name, onSignal);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of names) process.off(name, onSignal);
    },
  };
};
