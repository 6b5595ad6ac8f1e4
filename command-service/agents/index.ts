import type { WriteFeature } from '../feature.ts'

/** Watches whether agents are there. Their links are not part of a feature, because every gateway has them too. */
export const agentsWriteFeature: WriteFeature = ({ agents }) => ({ managers: { presence: agents.watchPresence() } })
