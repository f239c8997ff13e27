import type { FileFault } from './file-fault.js';
import type { PlacedProfile } from './placed-profile.js';
import { ProfilesFileError } from './profiles-file.error.js';
import { readCsv, type CsvRow } from './read-csv.js';

const columns = [
  'classification',
  'primary',
  'hybrid_1',
  'hybrid_2',
  'type',
  'authority',
  'profile',
  'centers',
  'gates',
] as const;
type Column = (typeof columns)[number];
const percentColumn = 'percent_';
const listSeparator = ';';

/**
 * Reads a table of profiles: the columns above in any order, and one `percent_<system>` for each system. A cell that is
 * empty says nothing.
 * @throws ProfilesFileError
 */
export function readProfileTable(text: string): PlacedProfile[] {
  const { rows, faults: unreadable } = readCsv(text);
  const [header, ...rest] = rows;
  if (header === undefined)
    throw new ProfilesFileError([
      ...unreadable,
      { place: 'line 1', message: `there is no line of names: ${columns.join(', ')}, percent_<system>` },
    ]);
  const faults = [
    ...unreadable,
    ...faultsOfHeader(header),
    ...rest.flatMap((row) => faultsOfRow(row, header)),
  ];
  if (faults.length > 0) throw new ProfilesFileError(faults.toSorted(byLine));
  return rest.map((row) => ({ place: placeOf(row), profile: profileOf(row, header) }));
}

const placeOf = ({ line }: CsvRow) => `line ${line}`;
const byLine = (a: FileFault, b: FileFault) => lineOf(a) - lineOf(b);
const lineOf = ({ place }: FileFault) => Number(place.slice('line '.length));
const isPercent = (name: string) => name.startsWith(percentColumn) && name.length > percentColumn.length;

function faultsOfHeader(header: CsvRow): FileFault[] {
  const names = header.fields;
  const told = (message: string): FileFault => ({ place: placeOf(header), message });
  const known = new Set<string>(columns);
  return [
    ...columns.filter((name) => !names.includes(name)).map((name) => told(`the column ${name} is missing`)),
    ...names
      .filter((name) => !known.has(name) && !isPercent(name))
      .map((name) => told(`there is no column ${JSON.stringify(name)}`)),
    ...names
      .filter((name, index) => names.indexOf(name) < index)
      .map((name) => told(`the column ${JSON.stringify(name)} is there twice`)),
    ...(names.some(isPercent) ? [] : [told(`there is no column ${percentColumn}<system>`)]),
  ];
}

function faultsOfRow(row: CsvRow, { fields: names }: CsvRow): FileFault[] {
  const place = placeOf(row);
  const [has, wanted] = [row.fields.length, names.length];
  if (has !== wanted) return [{ place, message: `has ${has} fields, and not ${wanted} as the names have` }];
  return names
    .filter((name, index) => isPercent(name) && !isNumber(row.fields[index]!))
    .map((name) => ({ place, message: `${name} is not a number, as in 12.5` }));
}

const isNumber = (cell: string) => /^(-?\d{1,15}(\.\d{1,15})?)?$/.test(cell.trim());

function profileOf({ fields }: CsvRow, { fields: names }: CsvRow): unknown {
  const cell = (column: string) => fields[names.indexOf(column)]!.trim();
  const told = (...from: Column[]) =>
    Object.fromEntries(from.filter((column) => cell(column) !== '').map((column) => [column, cell(column)]));
  const list = (column: Column) =>
    cell(column)
      .split(listSeparator)
      .map((each) => each.trim())
      .filter((each) => each !== '');
  const hybrid = Object.values(told('hybrid_1', 'hybrid_2'));
  const percentages = names
    .filter((name) => isPercent(name) && cell(name) !== '')
    .map((name) => [name.slice(percentColumn.length), Number(cell(name))] as const);
  return {
    ...told('classification', 'primary'),
    ...(hybrid.length > 0 && { hybrid }),
    percentages: Object.fromEntries(percentages),
    hdData: {
      ...told('type', 'authority', 'profile'),
      centers: list('centers'),
      gates: list('gates').map(numberOrText),
    },
  };
}

/** What is no number is for the profile's own check to tell. */
const numberOrText = (text: string) => (/^\d{1,15}$/.test(text) ? Number(text) : text);
