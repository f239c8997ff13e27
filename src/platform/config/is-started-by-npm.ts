/** The scripts that end in this process; one of another name may well leave it behind on purpose. */
const scripts = new Set<string | undefined>(['start', 'lastgood']);

/** Whether npm (or a tool that does as npm does) started this process, in a shell that is its parent. */
export const isStartedByNpm = (): boolean => scripts.has(process.env.npm_lifecycle_event);
