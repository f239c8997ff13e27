import type { Told } from './ports.js';

/** What a process was told by the polls it has committed; `null` where it can prove nothing. */
export type Knowledge = (Told & { readonly applied: number }) | null;
