import { promptLimits } from '../prompt/prompt-limits.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import { analyseTemplate } from './analyse-template.js';
import { compileTemplate } from './compile-template.js';

const none = new Set<string>();
const analyse = (body: string, declaredDynamic: string[] | null = null, staticNames: Set<string> = none) =>
  analyseTemplate({ system: null, body, declaredDynamic, staticNames });
const faultsOf = (body: string) => analyse(body).faults.map(({ message }) => message);

describe('analyseTemplate', () => {
  it('finds all that a template asks for, in both parts, and nothing that it makes itself (PR-5)', () => {
    const body = `
      {% assign made = style | append: suffix %}{{ made }}{% capture kept %}{{ input_content }}{% endcapture %}{{ kept }}
      {% for page in pages limit: most %}{{ page.text }}{{ forloop.index }}{% endfor %}
      {% if level == wanted %}{% elsif lesson[key].title contains word %}{% endif %}{% raw %}{{ not_me }}{% endraw %}
      {% comment %}{{ nor_me }}{% endcomment %}{% case kind %}{% when one %}{% endcase %}{% cycle first, second %}
      {% echo said | default: fallback %}{% unless never %}{% endunless %}{% for i in (from..to) %}{% endfor %}`;
    const { names, dynamicPlaceholders, faults } = analyseTemplate({
      system: '{{ role }}',
      body,
      staticNames: new Set(['role', 'style', 'unused']),
    });
    const found = (
      'fallback first from input_content key kind lesson level most never one pages role said second style suffix ' +
      'to wanted word'
    ).split(' ');
    expect(faults).toEqual([]);
    expect(names).toEqual(found);
    expect(dynamicPlaceholders).toEqual(found.filter((name) => name !== 'role' && name !== 'style'));
  });

  it('holds what is declared against what is used: a typo is a fault (PR-5)', () => {
    const body = '{{ style }} {{ input_content }}';
    const staticNames = new Set(['style']);
    expect(analyse(body, ['input_content'], staticNames)).toMatchObject({
      dynamicPlaceholders: ['input_content'],
      faults: [],
    });
    expect(analyse(body, ['style', 'input_content'], staticNames).dynamicPlaceholders).toEqual([
      'input_content',
      'style',
    ]);
    const { dynamicPlaceholders, faults } = analyse(body, ['input_contents'], staticNames);
    expect(dynamicPlaceholders).toEqual([]);
    expect(faults.map(({ path }) => path)).toEqual(['template', 'required_dynamic_placeholders']);
    expect(faults[0]?.message).toContain('"input_content"');
    expect(faults[1]?.message).toContain('"input_contents"');
  });

  it.each<[string, string, string]>([
    ['a tag that reads files', "{% include 'x' %}", 'line 1, column 1: there is no tag "include"'],
    ['another', "{% render 'x' %}", 'line 1, column 1: there is no tag "render"'],
    ['a layout', "{% layout 'x' %}", 'line 1, column 1: there is no tag "layout"'],
    ['what counts on from one rendering to the next', '{% increment a %}', 'there is no tag "increment"'],
    ['a filter that tells the time', '{{ a | date: "%Y" }}', 'there is no filter "date"'],
    ['chance', '{{ a | sample }}', 'there is no filter "sample"'],
    ['order by locale', '{{ a | sort_natural }}', 'there is no filter "sort_natural"'],
    ['a filter that evaluates text', '{{ a | where_exp: "x", b }}', 'there is no filter "where_exp"'],
    ['a filter that nobody knows', 'x\n {{ a | upper }}', 'line 2, column 2: there is no filter "upper"'],
    ['what is not closed', '{% if a %}', 'something is opened and not closed'],
    ['an output that is not closed', '{{ a ', 'something is opened and not closed'],
    ['names in capitals', '{{ Input }}', '"Input" cannot be the name of a placeholder'],
    ['a word of the templates', '{{ forloop.index }}', '"forloop" cannot be the name of a placeholder'],
    ['another word of them', '{% for a in b offset: continue %}{% endfor %}', '"continue" cannot be'],
    ['a variable that content names', '{{ [a] }}', 'a variable has to be named'],
    ['a variable within one that content names', '{{ b[[a]] }}', 'a variable has to be named'],
    ['NUL', 'a\0', 'has a NUL or half a character in it'],
    ['half a character', 'a\ud83d', 'has a NUL or half a character in it'],
    ['blocks in blocks', '{% if a %}'.repeat(40) + '{% endif %}'.repeat(40), 'nested more than 32 deep'],
    ['a stack of them', '{% if a %}'.repeat(3_000) + '{% endif %}'.repeat(3_000), ''],
    [
      'too many placeholders',
      Array.from({ length: 101 }, (_, index) => `{{ p${index} }}`).join(''),
      'has more than 100 placeholders',
    ],
  ])('refuses %s (PR-5, PR-9)', (_, body, message) => {
    const faults = faultsOf(body);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(message);
    expect(() => compileTemplate({ system: null, body })).toThrow(PromptInvalidError);
  });

  it('lists the faults of both parts, and tells nothing of their text', () => {
    const { faults } = analyseTemplate({
      system: '{% if "SECRET %}',
      body: '{{ "SECRET" | nope }}',
      staticNames: none,
    });
    expect(faults.map(({ path }) => path)).toEqual(['template', 'system']);
    expect(JSON.stringify(faults)).not.toContain('SECRET');
  });

  it('takes 64 KB for both parts together, and not a byte more (PR-9)', () => {
    const half = 'x'.repeat(promptLimits.templateBytes / 2);
    const of = (body: string) => analyseTemplate({ system: half, body, staticNames: none });
    expect(of(half).faults).toEqual([]);
    expect(() => of(`${half}x`)).toThrow(PromptTooLargeError);
    expect(() => of(`${half.slice(2)}€`)).toThrow(PromptTooLargeError);
  });
});
