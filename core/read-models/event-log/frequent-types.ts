/** Types that the index of types leaves out, as the migration says: reading backwards finds them. */
export const frequentTypes: ReadonlySet<string> = new Set(['TaskRequested', 'TaskDispatched', 'TaskAcknowledged', 'TaskStarted', 'TaskSucceeded'])
