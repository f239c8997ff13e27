const units = ['B', 'KiB', 'MiB', 'GiB'];

/** Sizes as people read them: binary units, one decimal place. */
export function describeBytes(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1_024 ** power).toFixed(1))} ${units[power]}`;
}

export const describeMs = (ms: number): string => `${Number((ms / 1_000).toFixed(1))}s`;

export const describeShare = (share: number): string => `${(share * 100).toFixed(1)}%`;
