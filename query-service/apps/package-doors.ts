import { checkProgram } from '@elves/core/app-package/agent-program.ts'
import { appPackagesAt, appPackagesPlace } from '@elves/core/app-package/app-packages-place.ts'
import { checkPackage } from '@elves/core/app-package/check-package.ts'
import { checkManifest } from '@elves/core/app-package/manifest.ts'
import type { Caller } from '@elves/core/command-api/command.ts'
import type { CommandApi } from '@elves/core/command-api/command-api.ts'
import { uploadAppVersion } from '@elves/core/command-api/upload-app-version.ts'
import { appAggregate, isAppName, unknownApp } from '@elves/core/domain/app/app.ts'
import { asElvesError, ElvesError } from '@elves/core/foundation/errors.ts'
import type { Settings } from '@elves/core/foundation/settings.ts'
import { until } from '@elves/core/foundation/waiting.ts'
import { httpStatus } from '@elves/core/http/http-status.ts'
import { sendFile } from '@elves/core/http/send-file.ts'
import { type AppVersionView, appVersionId, appVersionsOf, evolveAppVersionView } from '@elves/core/read-models/apps/app-version-view.ts'
import { appsReadModel } from '@elves/core/read-models/apps/index.ts'
import type { ReadModels } from '@elves/core/read-models/read-models.ts'
import { appVersionPattern } from '@elves/schemas/link/protocol.ts'
import type { FastifyInstance } from 'fastify'
import { neededOfDoors } from '../access/needed.ts'
import type { ReadAccess } from '../access/read-access.ts'
import { type Authenticator, callerOf } from '../sign-in/authenticator.ts'

/** An app that was just created gets to the read models within this. */
const appWaitMs = 5_000

/** Who is behind a slow line may take this long for a package. */
const fetchMs = 3_600_000

export interface PackageDoorsOptions {
  readonly commandApi: CommandApi
  readonly readModels: ReadModels
  readonly authenticator: Authenticator
  readonly access: Pick<ReadAccess, 'check' | 'checkFor'>
  readonly settings: Settings
  /** How long to look for an app; a test shortens it. */
  readonly waitMs?: number
}

interface Place {
  readonly Params: { readonly app: string; readonly version: string }
}

/**
 * Adds the doors of people for packages: `PUT /apps/{app}/versions/{version}` takes one (streamed to the disk, checked, then recorded),
 * `GET …/package` gives it back. Problems are JSON with `code` and `message`.
 */
export async function packageDoors(server: FastifyInstance, options: PackageDoorsOptions): Promise<void> {
  const { commandApi, readModels, authenticator, access, settings, waitMs = appWaitMs } = options
  const packages = appPackagesAt(appPackagesPlace(settings))
  const limits = { bytes: settings.ELVES_APP_PACKAGE_BYTES, unpackedBytes: settings.ELVES_APP_UNPACKED_BYTES }

  const checkDoor = async (caller: Caller, door: keyof typeof neededOfDoors) => access.check(caller, door, neededOfDoors[door])

  await packages.tidy()

  /** Asked before the first byte is kept: the command would refuse the package, and the file would stay. */
  async function checkApp(app: string): Promise<void> {
    const isKnown = async () => (await readModels.of(appsReadModel).byName(app)) !== null
    if (!isAppName(app) || !(await until(isKnown, waitMs))) throw new ElvesError('APP_UNKNOWN', unknownApp(app.slice(0, 64)).message)
  }

  await server.register(async (doors) => {
    doors.removeAllContentTypeParsers()
    doors.addContentTypeParser('*', (_request, payload, done) => done(null, payload))
    doors.setErrorHandler((thrown, request, reply) => {
      const { code, message } = asElvesError(thrown)
      if (code === 'INTERNAL') request.log.error({ err: thrown, correlationId: request.id }, 'a request for a package failed')
      // What was not read of a body that is refused is not read any more.
      reply.header('connection', 'close').status(httpStatus(code))
      return reply.send({ code, message: code === 'INTERNAL' ? 'internal error' : message, correlationId: request.id })
    })

    doors.put<Place>('/apps/:app/versions/:version', { bodyLimit: limits.bytes, config: { isStreamed: true } }, async (request, reply) => {
      const { app, version } = request.params
      const caller = await callerOf(request, authenticator)
      await access.checkFor(caller, 'PUT /apps/:app/versions/:version', 'MANAGE_APPS', { app })
      if (!appVersionPattern.test(version))
        throw new ElvesError('APP_VERSION_INVALID', 'a version has 1 to 64 letters, digits, . _ + and -, the first a letter or digit')
      const body = request.body as AsyncIterable<Buffer> | undefined
      if (body === undefined) throw new ElvesError('BAD_REQUEST', 'the body of the request is the package')
      await checkApp(app)
      const checked = await packages.receive(body, limits.bytes, async ({ file, bytes, sha256 }) => {
        const { manifest, files, unpackedBytes, programFiles } = await checkPackage(file, sha256, limits)
        checkProgram(app, { manifest, programFiles })
        if (manifest !== null) checkManifest(manifest, app, version)
        return { app, version, sha256, bytes, manifest, files, unpackedBytes }
      })
      // Only now, so that no version is in the log whose package is not kept. What is refused here is removed after a day.
      const answer = await commandApi.call(uploadAppVersion, caller, checked)
      if (answer.refusal) throw new ElvesError(answer.refusal.code, answer.refusal.message)
      let view: AppVersionView | null = null
      const id = appVersionId(app, version)
      for (const event of answer.events) {
        if (appAggregate.isEvent(event) && appVersionsOf(event.event).includes(id)) view = evolveAppVersionView(view, id, event)
      }
      if (!view) throw new ElvesError('INTERNAL', 'a version that was just recorded has no event')
      return reply.status(200).send(jsonOf(view, answer.position))
    })

    doors.get<Place>('/apps/:app/versions/:version/package', { config: { answerMs: fetchMs } }, async (request, reply) => {
      const { app, version } = request.params
      await checkDoor(await callerOf(request, authenticator), 'GET /apps/:app/versions/:version/package')
      const found = await readModels.of(appsReadModel).version(app, version)
      if (!found) throw new ElvesError('APP_VERSION_UNKNOWN', `no version ${version.slice(0, 64)} of ${app.slice(0, 64)} was uploaded`)
      const file = await packages.open(found.sha256)
      if (!file) throw new ElvesError('NOT_FOUND', 'the package is not where this process looks for packages')
      return sendFile(request, reply, file, found.sha256)
    })
  })
}

/** The AppVersion of GraphQL, as JSON. */
function jsonOf(
  { app, version, state, bytes, sha256, unpackedBytes, files, manifest, uploadedAt, uploadedBy }: AppVersionView,
  position: string | null,
) {
  const told = { app, version, state, bytes, sha256, unpackedBytes, files, manifest: manifest === null ? null : (JSON.parse(manifest) as unknown) }
  return { ...told, uploadedAt: new Date(uploadedAt).toISOString(), uploadedBy, position }
}
