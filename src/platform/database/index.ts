export { dataSourceName } from './data-source.js';
export { DatabaseUnavailableError } from './database-unavailable.error.js';
export { databaseUrl } from './database-url.js';
export { DatabaseModule } from './database.module.js';
export { DatabaseService } from './database.service.js';
export { migrate, revertMigration, showMigrations } from './migrate.js';
export { READ_POOL } from './pools.js';
export { streamPoint } from './stream-point.js';
export { StreamReader } from './stream-reader.js';
