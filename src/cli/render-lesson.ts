import type { CostSum, LessonResult } from '../features/lessons/index.js';
import { renderTable } from './render-table.js';

const usd = (amount: number) => `$${amount.toFixed(6)}`;

/** The lesson as a Markdown file that says of itself how good it was found. */
export function renderLesson(
  title: string,
  { markdown, outcome, because, vote, iterations }: LessonResult,
): string {
  const facts = {
    title,
    outcome,
    ...(because !== null && { because }),
    ...(vote !== null && { score: vote.score, recommendation: vote.recommendation, method: vote.method }),
    drafts: iterations.length,
  };
  const lines = Object.entries(facts).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `---\n${lines.join('\n')}\n---\n\n${markdown.trim()}\n`;
}

/** What the judges said, and why. */
export function renderVerdict({ vote, outcome, because }: LessonResult): string {
  const why = because === null ? '' : ` (${because})`;
  if (vote === null) return `${outcome}${why}: nobody of the panel may judge what it wrote`;
  const rows = vote.verdicts.map((each) =>
    'failure' in each
      ? { judge: each.role, model: each.modelId, score: null, recommendation: each.failure, weight: null }
      : {
          judge: each.role,
          model: each.servedModel,
          score: each.score.toFixed(2),
          recommendation: each.recommendation,
          weight: String(each.weight),
        },
  );
  return `${outcome}${why}: ${vote.recommendation}, ${vote.score.toFixed(2)}, by ${vote.method}\n${renderTable(rows)}`;
}

const cellsOf = ({ calls, inputTokens, outputTokens, costUsd }: CostSum) => ({
  calls: String(calls),
  'tokens in': String(inputTokens),
  'tokens out': String(outputTokens),
  cost: usd(costUsd),
});

/** What it cost, by phase and model. */
export function renderCost({ cost }: LessonResult): string {
  const rows = cost.rows.map((each) => ({
    phase: each.phase,
    model: each.modelId,
    ...cellsOf(each),
  }));
  const note = cost.isComplete ? '' : '\nnot every call said what it took: this is the least it was';
  return `${renderTable([...rows, { phase: 'all', model: '', ...cellsOf(cost) }])}${note}`;
}
