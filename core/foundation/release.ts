import manifest from '../../package.json' with { type: 'json' }

/** The release that runs, as the root package says: the one place that has it. */
export const release: string = manifest.version
