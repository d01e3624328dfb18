import { consumingFeatures } from './features/consuming.spec.js';
import { failingFeatures } from './features/failing.spec.js';
import { keepingFeatures } from './features/keeping.spec.js';
import type { MakeBus } from './features/bench.spec.js';

/** What every implementation of the stream bus does. */
export const streamBusFeatures = (name: string, make: MakeBus): void => {
  consumingFeatures(name, make);
  failingFeatures(name, make);
  keepingFeatures(name, make);
};
