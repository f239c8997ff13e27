const weights: Readonly<Record<string, number>> = {
  planner: 1,
  expander: 4,
  assembler: 3,
  smoother: 3,
  refiner: 3,
  judges: 1,
};

/** The stages of a first draft, in their order. */
export const firstDraft: readonly string[] = ['planner', 'expander', 'assembler', 'smoother', 'judges'];

/** What stages take beside each other: a guess, and told as one. */
export const weightOf = (...stages: readonly string[]): number =>
  stages.reduce((sum, stage) => sum + (weights[stage] ?? 1), 0);
