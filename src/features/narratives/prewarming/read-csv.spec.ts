import * as fc from 'fast-check';
import { readCsv } from './read-csv.js';

const fieldsOf = (text: string) => readCsv(text).rows.map(({ fields }) => fields);

describe('CSV as RFC 4180 has it (NA-11)', () => {
  it.each([
    [
      'lines that end with CR LF',
      'a,b\r\nc,d\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'lines that end with LF, the last one with nothing',
      'a,b\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['quoted fields', '"a","b c"\n', [['a', 'b c']]],
    [
      'commas, quotes and line ends within quotes',
      '"a,1","say ""hi""","x\r\ny"\n',
      [['a,1', 'say "hi"', 'x\ny']],
    ],
    ['empty fields', ',"",\n', [['', '', '']]],
    ['spaces, which belong to a field', ' a , b\n', [[' a ', ' b']]],
    ['a byte order mark', '\uFEFF"a",b\n', [['a', 'b']]],
    ['line ends of all kinds', 'a\rb\r\nc\nd', [['a'], ['b'], ['c'], ['d']]],
    [
      'no lines that are empty',
      '\na,b\n\n\r\nc,d\n\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['nothing', '', []],
  ])('%s', (_, text, rows) => {
    expect([fieldsOf(text), readCsv(text).faults]).toEqual([rows, []]);
  });

  it('tells the line that each row begins in', () => {
    const { rows } = readCsv('a\n"b\nb"\n\nc\r\n"d\r\nd",d\ne');
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 5, 6, 8]);
  });

  const stray = 'a quote within a field that does not begin with one';
  const behind = 'text behind the quote that ends a field';
  const endless = 'a quoted field that does not end';

  it('tells every line with a quote where none belongs, once, and reads the others', () => {
    const { rows, faults } = readCsv('a,b\nc"d,e"\nh,i\n\nj"\nk,l');
    expect(rows).toEqual([
      { line: 1, fields: ['a', 'b'] },
      { line: 3, fields: ['h', 'i'] },
      { line: 6, fields: ['k', 'l'] },
    ]);
    expect(faults).toEqual([
      { place: 'line 2', message: stray },
      { place: 'line 5', message: stray },
    ]);
  });

  it.each([
    ['a,b\nc"d,e\n"f" ,g\n"h', ['line 2', stray], ['line 3', behind]],
    ['a\r\n"b\r\nb"\r\n"c\r\nc"c\r\n', ['line 5', behind]],
    ['a,b\n\n\n"j\nk\n', ['line 4', endless]],
    ['\uFEFF\u00e4\n"b\n\u20ac","c\nc', ['line 3', endless]],
    ['a\n"', ['line 2', endless]],
    [`a\nb${'"'.repeat(60_000)}\nc`, ['line 2', stray]],
    [`a\n"${'b\n'.repeat(40_000)}`, ['line 2', `a row of more than 64 KiB, or ${endless}`]],
  ])('tells where a field ends wrongly or not at all (%#)', (text, ...told) => {
    expect(readCsv(text).faults).toEqual(told.map(([place, message]) => ({ place, message })));
  });

  it('reads back whatever is written as the RFC says', () => {
    const field = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', 'a', ' ') }));
    const quote = (text: string) =>
      /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
    const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 5 }));
    fc.assert(
      fc.property(rows, fc.constantFrom('\n', '\r\n'), (table, end) => {
        const text = table.map((row) => row.map(quote).join(',') + end).join('');
        const read = table.map((row) => row.map((each) => each.replace(/\r\n?/g, '\n')));
        expect(fieldsOf(text)).toEqual(read);
      }),
    );
  });
});
