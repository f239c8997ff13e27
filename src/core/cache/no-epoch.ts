/** The epoch of what was read while no history was known: nothing that another process knows proves it current. */
export const noEpoch = '';
