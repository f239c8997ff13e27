/** How often the processor was taken away from this process so far: of what that happens to, the time is not ours. */
export const takenAway = () => process.resourceUsage().involuntaryContextSwitches;
