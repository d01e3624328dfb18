import { hold, pass, type GateCheck } from './gate-view.js';

export const checkThreads: GateCheck = ({ view }) => {
  const unresolved = view.threads.filter((thread) => !thread.resolved);
  if (unresolved.length === 0) return pass(`${view.threads.length} threads, none unresolved`);
  return hold(`${unresolved.length} review threads are unresolved`, 'resolving them');
};
