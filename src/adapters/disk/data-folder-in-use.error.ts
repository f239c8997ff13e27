export class DataFolderInUseError extends Error {
  override readonly name = 'DataFolderInUseError';
  readonly code = 'data-folder-in-use';

  constructor(
    readonly dataDir: string,
    readonly pid: number,
  ) {
    super(
      `The data folder ${dataDir} is in use by process ${pid}. Stop that process, or give this one a folder of its own: DATA_DIR, or cache_dir in runtime.yml`,
    );
  }
}
