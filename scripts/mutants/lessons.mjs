const lessons = 'src/features/lessons';
const on = (file, specs, name, text, replacement = '') => ({
  name,
  file,
  specs,
  edits: [[text, replacement]],
});
const lease = (...mutant) =>
  on(`${lessons}/running/leases.sql.ts`, ['test/lessons-takeover', 'test/lessons-jobs'], ...mutant);
const steps = (...mutant) =>
  on(`${lessons}/running/durable-steps.ts`, [`${lessons}/running`, 'test/lessons-takeover'], ...mutant);
const vote = (...mutant) => on(`${lessons}/judging/decide-vote.ts`, [`${lessons}/judging`], ...mutant);
const voter = (...mutant) => on(`${lessons}/judging/judge-panel.voter.ts`, [`${lessons}/judging`], ...mutant);
const next = (...mutant) => on(`${lessons}/refining/decide-next.ts`, [`${lessons}/refining`], ...mutant);
const chain = (...mutant) =>
  on('src/features/model-config/calling/model-chain.ts', ['test/lessons.api'], ...mutant);
const phase = (...mutant) =>
  on(
    'src/features/model-config/calling/phase-caller.ts',
    ['test/lessons.api', 'test/lessons-pinned'],
    ...mutant,
  );
const judges = (...mutant) =>
  on(`${lessons}/nodes/judges.node.ts`, ['test/lessons-pinned', 'test/lessons-refining'], ...mutant);
const gate = (...mutant) => on('src/adapters/llm/model-gate.ts', ['src/adapters/llm'], ...mutant);
const call = (...mutant) => on('src/adapters/llm/llm-call.ts', ['src/adapters/llm'], ...mutant);

/** What keeps a lesson from being paid for twice, and a judge from grading itself; most need a database. */
export const lessonMutants = [
  lease('a lesson is claimed from whoever runs it', `WHERE id = $1 AND status = 'queued'`, `WHERE id = $1`),
  lease(
    'steps of a lost run are kept',
    `SELECT id FROM lastgood.lessons WHERE id = $1 AND lease_token = $2 AND status = 'running' FOR NO KEY UPDATE`,
    `SELECT id FROM lastgood.lessons WHERE id = $1 AND $2 IS NOT NULL FOR NO KEY UPDATE`,
  ),
  lease(
    'a lost run ends the lesson',
    `SELECT id, status FROM lastgood.lessons WHERE id = $1 AND lease_token = $2 FOR NO KEY UPDATE`,
    `SELECT id, status FROM lastgood.lessons WHERE id = $1 AND $2 IS NOT NULL FOR NO KEY UPDATE`,
  ),
  lease(
    'leases that lapsed are left alone',
    `status = 'running' AND lease_until < clock_timestamp()`,
    `status = 'running' AND lease_until IS NULL`,
  ),
  steps(
    'what is kept is worked on again',
    `if (this.kept.has(key))`,
    `if (this.kept.has(key) && key === '')`,
  ),
  steps('a step is returned before it is kept', `await this.journal.keep`, `void this.journal.keep`),
  steps('steps are begun by a run that is to stop', `    this.stop.check();\n`),

  vote(
    'two verdicts of three are a consensus',
    `ballots.tiebreaker === 'not-asked'`,
    `ballots.tiebreaker !== ''`,
  ),
  vote(
    'one verdict decides',
    `conclude('degraded_single', cast, [], 'ESCALATE_TO_HUMAN')`,
    `conclude('degraded_single', cast, [])`,
  ),
  vote(
    'the minority is in the score',
    `conclude('tiebreak_majority', majority, rest)`,
    `conclude('tiebreak_majority', cast, [])`,
  ),
  vote(
    'three that differ are a majority',
    `conclude('tiebreak_split', cast, [], 'ESCALATE_TO_HUMAN')`,
    `conclude('tiebreak_split', cast, [])`,
  ),
  voter(
    'authors judge by another name',
    `namesOf(answered).some((name) => authors.has(name))`,
    `authors.has(answered.modelId)`,
  ),
  voter(
    'a model votes twice',
    `const secondary = voidIfVoted(second, modelsOf([primary]));`,
    `const secondary = second;`,
  ),
  next('drafts without end', `if (!(tried < limits.maxIterations)) return 'iterations';`),
  next('what has a critical issue is good enough', ` && !hasCritical`),

  chain('every model is asked with a key that is refused', `if (failure === 'unauthorized') throw error;`),
  chain(
    'the price of another model',
    `modelId, temperature, maxTokens, maxRetries, timeoutMs`,
    `modelId: 'another/model', temperature, maxTokens, maxRetries, timeoutMs`,
  ),
  phase(
    'nodes read what is served now',
    `{ ...scope, tokenCount`,
    `{ ...scope, jobId: undefined, tokenCount`,
  ),
  phase('no emergency', `if (emergency !== null) yield`, `if (emergency === undefined) yield`),
  judges(
    'the panel is the one of now',
    `getJudgeModels(language, { jobId: job.jobId })`,
    `getJudgeModels(language)`,
  ),
  judges(
    'any error is a judge that failed',
    `error instanceof ModelsExhaustedError`,
    `error instanceof Error`,
  ),

  gate(
    'a model that is gone is asked again at once',
    `this.goneUntil = this.clock.now() + goneForMs`,
    `this.goneUntil = this.clock.now()`,
  ),
  gate('a breaker that never opens', `if (isProof) this.openUntil`, `if (!isProof) this.openUntil`),
  call(
    'retries without a budget',
    `return budget.spend() ? pauseMs : null;`,
    `return budget.spend() ? pauseMs : pauseMs;`,
  ),
  call('Retry-After without a cap', `askedMs > maxRetryAfterMs || `),
  call('a fourth attempt', `Math.min(1 + maxRetries, mostAttempts)`, `1 + maxRetries`),
];
