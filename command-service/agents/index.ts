import { partOf } from '../component-features.ts'

/** Watches whether agents are there. Their links are not part of a feature, because every gateway has them too. */
export const agentsWriteFeature = partOf('heartbeat', ({ agents }) => ({ managers: { presence: agents.watchPresence() } }))
