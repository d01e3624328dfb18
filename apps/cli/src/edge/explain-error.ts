/** An error as a person should see it: what is wrong, then what to do. A stack only for what nobody foresaw. */
export const explainError = async (error: unknown): Promise<{ text: string; exitCode: number }> => {
  const [{ isRigError, messageOf }, { USAGE }] = await Promise.all([
    import('@rig/kernel'),
    import('../core/arguments.js'),
  ]);
  if (isRigError(error)) {
    if (error.code === 'INTERRUPTED') return { text: `rig: ${error.message}`, exitCode: 130 };
    const fix = error.fix === undefined ? '' : `\n  ${error.fix.replaceAll('\n', '\n  ')}`;
    return { text: `rig: ${error.message}${fix}`, exitCode: error.code === USAGE ? 2 : 1 };
  }
  const detail = process.env['RIG_DEBUG'] === '1' && error instanceof Error ? `\n${error.stack ?? ''}` : '';
  const fix = detail === '' ? '\n  This should not happen. Run it again with RIG_DEBUG=1 and report what it says.' : '';
  return { text: `rig: ${messageOf(error)}${detail}${fix}`, exitCode: 1 };
};
