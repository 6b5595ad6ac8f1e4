/** Metadata of events whose `traceparent` is a span of the platform itself: then what they cause has spans, too. */
export const tracedMark = 'traced'
