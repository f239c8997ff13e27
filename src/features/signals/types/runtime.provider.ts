import { readFileSync } from 'node:fs';
import type { FactoryProvider } from '@nestjs/common';
import { SETTINGS, type Settings } from '../../../platform/config/index.js';
import { parseRuntime } from './parse-runtime.js';
import { RuntimeInvalidError } from './runtime-invalid.error.js';
import { SIGNALS_RUNTIME, type SignalsRuntime } from './runtime.js';

/** Read once, at the start: a process whose file cannot be meant does not come up. */
export const runtimeProvider: FactoryProvider<SignalsRuntime> = {
  provide: SIGNALS_RUNTIME,
  inject: [SETTINGS],
  useFactory: ({ dataDir, signals: { runtimeFile, secrets } }: Settings) =>
    parseRuntime(read(runtimeFile), { dataDir, secrets }),
};

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RuntimeInvalidError([`${file}: cannot be read: ${(error as Error).message}`]);
  }
}
