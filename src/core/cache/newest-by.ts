/**
 * Which of two values of one key and epoch stands: that of the later version of the stream, or the one that was observed
 * (`confirmedAt`) later, where the stream does nothing but purge and mark.
 */
export type NewestBy = 'version' | 'observation';
