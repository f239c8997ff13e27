/** The scope of a change that means nothing and is made to be seen arriving. No value is of it. */
export const probeScope = 'probe';
