import { decodeText } from './decode-text.js';

const latin = (text: string) => Buffer.from(text, 'latin1');

describe('the text of an answer (SI-5)', () => {
  it.each([
    ['UTF-8 where nothing is said', Buffer.from('Zoë'), 'text/xml'],
    ['what the header says', latin('Zoë'), 'text/xml; charset=ISO-8859-1'],
    ['what the header says in quotes', latin('Zoë'), 'text/xml; x=1; Charset="windows-1252"'],
    ['its mark, before the header', Buffer.from('\ufeffZoë'), 'text/xml; charset=iso-8859-1'],
    ['the mark of UTF-16', Buffer.from('\ufeffZoë', 'utf16le'), 'text/xml'],
    ['the mark of UTF-16 the other way round', Buffer.from('\ufeffZoë', 'utf16le').swap16(), 'text/xml'],
  ])('is read by %s (SI-5)', (_by, bytes, contentType) => {
    expect(decodeText(bytes, contentType)).toBe('Zoë');
  });

  it('is read by its XML declaration (SI-5)', () => {
    const xml = '<?xml version="1.0" encoding="iso-8859-1"?><rss>Zoë</rss>';
    expect(decodeText(latin(xml), 'text/xml')).toBe(xml);
    expect(decodeText(Buffer.from(xml), 'text/xml; charset=utf-8')).toBe(xml);
  });

  it('is refused in a charset that nobody knows (SI-5)', () => {
    expect(() => decodeText(Buffer.from('a'), 'text/xml; charset=klingon')).toThrow(
      'The answer is in "klingon", which is no charset',
    );
  });
});
