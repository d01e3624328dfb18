import { isoTime } from '@rig/kernel';

/** GitHub's time format: whole seconds, no fraction. @param ms milliseconds since 1970 */
export const githubTime = (ms: number): string => `${isoTime(Math.floor(ms / 1000) * 1000).slice(0, 19)}Z`;
