import type { FileFault } from './file-fault.js';

const mostTold = 200;

/** A file that cannot be read as profiles: nothing of it was begun. Every fault, a line for each. */
export class ProfilesFileError extends Error {
  constructor(readonly faults: readonly FileFault[]) {
    const told = faults.slice(0, mostTold).map(({ place, message }) => `${place}: ${message}`);
    const rest = faults.length > mostTold ? [`and ${faults.length - mostTold} more`] : [];
    super(['The file cannot be read as profiles', ...told, ...rest].join('\n'));
    this.name = new.target.name;
  }
}
