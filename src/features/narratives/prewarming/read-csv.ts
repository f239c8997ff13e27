import { CsvError, parse } from 'csv-parse/sync';
import type { FileFault } from './file-fault.js';

export interface CsvRow {
  /** Where it begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

interface Csv {
  /** Without lines that are empty. */
  readonly rows: readonly CsvRow[];
  readonly faults: readonly FileFault[];
}

const largestRowBytes = 64 * 1_024;
/** Behind so many a file is no CSV, and each costs the parser as much as the field that it stands in. */
const mostStrayQuotes = 100;
const strayQuote = 'INVALID_OPENING_QUOTE';
const messages: Readonly<Record<string, string>> = {
  [strayQuote]: 'a quote within a field that does not begin with one',
  CSV_INVALID_CLOSING_QUOTE: 'text behind the quote that ends a field',
  CSV_QUOTE_NOT_CLOSED: 'a quoted field that does not end',
  CSV_MAX_RECORD_SIZE: 'a row of more than 64 KiB, or a quoted field that does not end',
};

/**
 * Reads CSV as RFC 4180 has it, of any line end and behind a byte order mark; line ends within quotes become LF. What the
 * RFC does not allow is a fault; where a quoted field ends wrongly, nothing can be told of what stands behind it.
 */
export function readCsv(text: string): Csv {
  // Of one kind, since the parser counts a CR LF within quotes as two lines.
  const lines = text.replace(/\r\n?/g, '\n');
  const rows: CsvRow[] = [];
  const faults = new Map<number, string>();
  let strayQuotes = 0;
  try {
    parse(lines, {
      bom: true,
      record_delimiter: '\n',
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: largestRowBytes,
      on_record: (fields: string[], { lines: last }) => {
        rows.push({ line: last - fields.reduce((sum, field) => sum + lineEndsIn(field), 0), fields });
        return null;
      },
      skip_records_with_error: true,
      on_skip: (error) => {
        // What is thrown here ends the parser.
        if (error?.code !== strayQuote || ++strayQuotes > mostStrayQuotes) throw error;
        faults.set(Number(error['lines']), messages[strayQuote]!);
        return undefined;
      },
    });
  } catch (error) {
    const message = error instanceof CsvError ? messages[error.code] : undefined;
    if (message === undefined) throw error;
    faults.set(lineOf(error as CsvError, lines), message);
  }
  return { rows, faults: [...faults].map(([line, message]) => ({ place: `line ${line}`, message })) };
}

const lineEndsIn = (text: string) => text.split('\n').length - 1;

/** Of a field that has no end the parser tells its own last line, and how many bytes it had read before that field. */
function lineOf({ code, lines, bytes }: CsvError, text: string): number {
  if (code === 'CSV_INVALID_CLOSING_QUOTE' || code === strayQuote) return Number(lines);
  const before = Buffer.from(text).subarray(0, Number(bytes)).toString();
  const emptyLines = /^\n*/.exec(text.slice(before.length))![0].length;
  return 1 + lineEndsIn(before) + emptyLines;
}
