import { readRuntime } from '../../features/signals/operating/read-runtime.js';
import type { Settings } from '../../platform/config/index.js';
import { fail, ok, type Found } from './finding.js';

export function checkSignalsFile(settings: Settings): Found {
  const { runtimeFile } = settings.signals;
  try {
    const { types } = readRuntime(settings);
    return ok(`${runtimeFile} declares ${types.size} ${types.size === 1 ? 'type' : 'types'}`);
  } catch (error) {
    return fail(
      (error as Error).message,
      `correct ${runtimeFile}, or RUNTIME_CONFIG: no server starts with it`,
    );
  }
}
