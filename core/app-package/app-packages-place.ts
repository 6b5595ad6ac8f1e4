import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ElvesError } from '../foundation/errors.ts'
import type { Settings } from '../foundation/settings.ts'
import type { AppPackages } from './app-packages.ts'
import { appPackagesFolder } from './app-packages-folder.ts'
import { type BucketPlace, PackageBucket } from './package-bucket.ts'
import { PackageFolder } from './package-folder.ts'

/** Where the packages of apps are. */
export type PackagesPlace = { readonly kind: 'folder'; readonly folder: string } | ({ readonly kind: 'bucket' } & BucketPlace)

/** Returns where the settings say that packages are. Throws CONFIG_INVALID. */
export function appPackagesPlace(settings: Settings): PackagesPlace {
  const folder = appPackagesFolder(settings)
  const { ELVES_S3_BUCKET: bucket, ELVES_S3_ENDPOINT: endpoint, ELVES_S3_REGION: region, ELVES_S3_PREFIX: prefix } = settings
  if (bucket === '') return { kind: 'folder', folder }
  if (endpoint !== '' && !URL.canParse(endpoint)) throw invalid('ELVES_S3_ENDPOINT', 'expected an address, https://s3.example.com say')
  return { kind: 'bucket', endpoint, region, bucket, prefix, keys: keysOf(settings), incomingDir: folder }
}

export function appPackagesAt(place: PackagesPlace): AppPackages {
  return place.kind === 'folder' ? new PackageFolder(place.folder) : new PackageBucket(place)
}

function keysOf(settings: Settings): BucketPlace['keys'] {
  const { ELVES_S3_ACCESS_KEY_ID: id, ELVES_S3_SECRET_ACCESS_KEY: given, ELVES_S3_SECRET_ACCESS_KEY_FILE: file } = settings
  const secret = given === '' && file !== '' ? secretIn(file) : given
  if ((id === '') !== (secret === '')) throw invalid('ELVES_S3_ACCESS_KEY_ID', 'it and the secret access key go together')
  return id === '' ? null : { id, secret }
}

function secretIn(file: string): string {
  try {
    return readFileSync(resolve(file), 'utf8').trim()
  } catch (cause) {
    throw invalid('ELVES_S3_SECRET_ACCESS_KEY_FILE', (cause as Error).message)
  }
}

function invalid(name: string, why: string): ElvesError {
  return new ElvesError('CONFIG_INVALID', `${name}: ${why}`, { facts: { name } })
}
