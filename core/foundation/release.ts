import manifest from '../../package.json' with { type: 'json' }

/** The running release, read from the root package: the only place that has it. */
export const release: string = manifest.version
