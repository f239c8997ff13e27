import type { Verdict } from '../judging/verdict.js';
import type { Outline } from '../lesson/outline.js';

const outline: Outline = { introduction: 'First', sections: [{ points: ['A point'] }], conclusion: 'Last' };
const section = {
  title: 'A section',
  archetype: 'concept',
  depth: 'standard',
  points: ['A point'],
  number: 1,
};
const issues: Verdict['issues'] = [{ severity: 'major', text: 'An issue' }];
/** As long as drafts become: a lesson that leaves no room for one is refused before it is paid for. */
const draft = 'A line of a draft. '.repeat(8_192);

/** Something of everything that a stage always gives its prompt besides the lesson. */
export const rehearsal = {
  stage_6_planner: {},
  stage_6_expander: { outline, issues, section },
  stage_6_assembler: { outline, sections: [draft] },
  stage_6_smoother: { draft },
  stage_6_refinement: { draft, issues },
  stage_6_judge: { draft },
} satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>;
