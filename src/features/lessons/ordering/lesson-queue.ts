/** Of jobs `{ lessonId }`: each says that the lesson waits to be claimed, and may come twice, or late. */
export const lessonQueue = 'lessons';
