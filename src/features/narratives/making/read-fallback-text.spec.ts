import { readFallbackText } from './read-fallback-text.js';

describe("the text of the fallback's template (NA-5)", () => {
  it.each<[string, string, string, string[]]>([
    ['a paragraph and bullets', 'One\n line.\n\nTwo.\n\n- a\n* b\n', 'One line.', ['a', 'b']],
    ['lines that end as on Windows', 'One\r\nline.\r\n\r\nTwo.\r\n\r\n- a\r\n', 'One line.', ['a']],
    ['bullets right below the paragraph', 'One.\n- a\n- b', 'One.', ['a', 'b']],
    ['bullets before the paragraph', '- a\n- b\n\nOne.', 'One.', ['a', 'b']],
    ['no bullets', 'One.', 'One.', []],
    ['nothing but bullets', '- a', '', ['a']],
    ['nothing', ' \n\t\n', '', []],
    ['a dash that begins no bullet', '-5 degrees', '-5 degrees', []],
  ])('is read where it has %s', (_, text, summary, bullets) => {
    expect(readFallbackText(text)).toEqual({ summary, bullets });
  });
});
