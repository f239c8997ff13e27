import type { Verdict } from '../judging/verdict.js';
import type { LessonSpec } from '../lesson/lesson-spec.js';
import type { Outline } from '../lesson/outline.js';

const lesson: LessonSpec = {
  title: 'A title',
  language: 'en',
  objectives: [{ text: 'An objective', bloom: 'apply' }],
  sections: [{ title: 'A section', archetype: 'concept', depth: 'standard' }],
  passages: [{ source: 'A source', text: 'A passage' }],
};
const outline: Outline = { introduction: 'First', sections: [{ points: ['A point'] }], conclusion: 'Last' };
const issues: Verdict['issues'] = [{ severity: 'major', text: 'An issue' }];
const draft = 'A draft';

/**
 * What each prompt is rendered with once, at the start: something of everything that its stage always gives it. A
 * template that asks for more would fail in the middle of a lesson that was paid for.
 */
export const rehearsal = {
  stage_6_planner: { lesson },
  stage_6_expander: {
    lesson,
    outline,
    issues,
    section: { ...lesson.sections[0], ...outline.sections[0], number: 1 },
  },
  stage_6_assembler: { lesson, outline, sections: ['A text'] },
  stage_6_smoother: { lesson, draft },
  stage_6_refinement: { lesson, draft, issues },
  stage_6_judge: { lesson, draft },
} satisfies Readonly<Record<string, Readonly<Record<string, unknown>>>>;
