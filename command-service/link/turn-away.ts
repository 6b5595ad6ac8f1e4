import { closeCodes } from '@elves/schemas/link/protocol.ts'
import type { WebSocket } from 'ws'

/** Closes a socket that is not taken here: its agent tries again, elsewhere or later. */
export function turnAway(socket: WebSocket, reason: string): void {
  // It may still send bytes that are no frame; without a listener, that error would end the process.
  socket.on('error', () => socket.terminate())
  socket.close(closeCodes.tryAgainLater, reason)
}
