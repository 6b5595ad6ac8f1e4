import type { WriteFeature } from '../feature.ts'

/** Agents and whether they are there. Their links, which every gateway has too, are no part of a feature. */
export const agentsWriteFeature: WriteFeature = ({ agents }) => ({ managers: { presence: agents.watchPresence() } })
