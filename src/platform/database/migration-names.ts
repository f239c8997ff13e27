import { migrations } from '../../../migrations/index.js';

/** Of this build, oldest first. */
export const migrationNames = (): string[] => migrations.map((each) => each.name);
