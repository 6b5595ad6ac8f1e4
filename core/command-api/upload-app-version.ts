import { z } from 'zod'
import { aboutApp } from './about.ts'
import { defineCommand } from './command.ts'

/** Records a package that was checked and is in the folder of packages. Clients ask for it by `PUT /apps/{app}/versions/{version}`. */
export const uploadAppVersion = defineCommand({
  name: 'uploadAppVersion',
  subject: 'app',
  request: {
    app: z.string(),
    version: z.string(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    bytes: z.number().int().positive(),
    unpackedBytes: z.number().int().min(0),
    files: z.number().int().positive(),
    /** elves.json as JSON text; null: the package has none. */
    manifest: z.string().nullable(),
  },
  permission: 'MANAGE_APPS',
  about: ({ app }) => aboutApp(app),
})
