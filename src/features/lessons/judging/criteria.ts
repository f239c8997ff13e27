/**
 * What a lesson is judged by, in the manner of the OSCQR rubric (SUNY Online Course Quality Review), and what each
 * criterion counts, in hundredths: together 100.
 */
export const criteria = {
  objectiveAlignment: { weight: 25, asks: 'Every learning objective is served, at its Bloom level' },
  contentAccuracy: { weight: 20, asks: 'What is said is right, and borne out by the source passages' },
  structure: { weight: 15, asks: 'Clear, in an order that can be followed' },
  engagement: { weight: 15, asks: 'The learner is given something to do, to answer or to think about' },
  depth: { weight: 15, asks: 'As deep as each section asks for, taught as its archetype asks for' },
  languageAndTone: { weight: 10, asks: 'Correct language, in one tone that fits the learners' },
} as const;

export type Criterion = keyof typeof criteria;

export const criterionNames = Object.keys(criteria) as readonly Criterion[];
