/** A page of the log ends here, even with fewer events than asked for: a full page of events with the largest results would be 300 MB. */
export const pageBytes = 8 * 1024 * 1024
