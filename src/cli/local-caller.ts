import { userInfo } from 'node:os';
import { localCall, type Call } from '../platform/audit/index.js';

/** Who runs a command, as history and audit know them: the operating system's user, by number. */
export function localCaller(command: string): Call {
  return localCall(`cli:${userInfo().uid}`, `lastgood ${command}`);
}
