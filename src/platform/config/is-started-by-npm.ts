/** Whether this process is a script of npm's (or of a tool that does as npm does), with npm's shell as its parent. */
export const isStartedByNpm = (): boolean => process.env.npm_lifecycle_event !== undefined;
