import type { Settings } from '../../../platform/config/index.js';
import { runtimeProvider } from '../types/runtime.provider.js';
import type { SignalsRuntime } from '../types/runtime.js';

/**
 * What the file of the settings says.
 * @throws RuntimeInvalidError with every fault
 */
export const readRuntime = (settings: Settings): SignalsRuntime =>
  runtimeProvider.useFactory(settings) as SignalsRuntime;
