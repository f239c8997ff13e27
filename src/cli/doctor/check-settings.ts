import type { ExaminedSettings } from '../../platform/config/index.js';
import { fail, ok, warn, type Found } from './finding.js';

/** All faults at once, and names that look like one of ours. */
export function checkSettings({ faults, hints }: ExaminedSettings): Found {
  if (faults.length > 0)
    return fail(faults.join('; '), 'no server starts with these: "lastgood settings" lists every setting');
  if (hints.length > 0)
    return warn(hints.join('; '), 'rename it, or leave it if it is meant for another program');
  return ok('all of them are understood');
}
