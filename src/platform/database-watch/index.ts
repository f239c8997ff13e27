export { DatabaseWatch } from './database-watch.js';
export { DatabaseWatchModule } from './database-watch.module.js';
