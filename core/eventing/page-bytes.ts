/** A page of the log ends here, also where fewer events were read than asked for: so many events with the largest results would be 300 MB. */
export const pageBytes = 8 * 1024 * 1024
