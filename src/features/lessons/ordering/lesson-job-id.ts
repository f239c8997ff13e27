/** What the configuration of a lesson is pinned by (MC-22). */
export const lessonJobId = (id: string): string => `lesson:${id}`;
