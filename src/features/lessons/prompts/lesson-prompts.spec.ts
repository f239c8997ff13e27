import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { parseConfig } from '../../../platform/config/index.js';
import { LessonPrompts } from './lesson-prompts.js';

const sample = readFileSync('sample/lesson-prompts.yaml', 'utf8');

/** Reads prompts as a process does that starts. */
function start(text: string): LessonPrompts {
  const file = join(tempFolder('prompts'), 'prompts.yaml');
  writeFileSync(file, text);
  const settings = parseConfig({ DATABASE_URL: 'postgres://db/name', LESSON_PROMPTS_FILE: file });
  return new LessonPrompts(settings);
}

describe('the prompts of lessons', () => {
  it('are those of the sample (LE-1)', () => {
    expect(
      start(sample)
        .get('stage_6_judge')
        .render({ lesson: { title: 'A', objectives: [], passages: [] }, draft: '' }),
    ).toHaveLength(2);
  });

  it.each([
    ['lacks a prompt', sample.replace('stage_6_judge:', 'stage_7_judge:'), /prompts.*stage_6_judge/],
    ['is no YAML', '{{', /prompts\.yaml/],
    ['holds a list', '- a', /file: /],
    ['is empty', '', /file: /],
    ['has bad syntax', sample.replace('{%- endfor %}', ''), /stage_6_planner.*not closed/],
    ['asks for what nobody gives', sample.replace('{{ draft }}', '{{ drfat }}'), /stage_6_smoother.*drfat/],
    [
      'asks for it in a loop',
      sample.replace('passage.text', 'passage.body'),
      /stage_6_planner.*passage\.body/,
    ],
    ['asks for what may be left out', sample.replace('lesson.title', 'lesson.courseId'), /lesson\.courseId/],
    ['has a filter that there is none of', sample.replace('| size', '| length'), /stage_6_planner.*length/],
  ])('keep a process from starting whose file %s, with what is wrong (LE-1)', (_, text, fault) => {
    expect(text).not.toBe(sample);
    expect(() => start(text)).toThrow(
      expect.objectContaining({ code: 'prompt-invalid', message: expect.stringMatching(fault) }),
    );
  });

  it('keep a process from starting whose file there is not, naming it (LE-1)', () => {
    const settings = parseConfig({
      DATABASE_URL: 'postgres://db/name',
      LESSON_PROMPTS_FILE: '/nowhere/a.yaml',
    });
    expect(() => new LessonPrompts(settings)).toThrow('/nowhere/a.yaml');
  });
});
