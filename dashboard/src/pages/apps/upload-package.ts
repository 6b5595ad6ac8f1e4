import { AskError } from '../../graphql/ask.ts'

interface Answer {
  /** Of the version that was recorded. */
  readonly position?: string | null
  /** Why there is none. */
  readonly code?: string
  readonly message?: string
}

/** Sends a package; throws AskError. With XMLHttpRequest, because fetch does not tell how much of a body has been sent. */
export function uploadPackage(
  app: string,
  version: string,
  file: File,
  progress: (percent: number) => void,
): Promise<{ readonly position: string | null }> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', `/apps/${encodeURIComponent(app)}/versions/${encodeURIComponent(version)}`)
    request.setRequestHeader('content-type', 'application/zip')
    request.upload.onprogress = ({ loaded, total }) => progress(Math.floor((loaded / total) * 100))
    request.onerror = () => reject(new AskError('UNREACHABLE', 'the connection was lost'))
    request.onload = () => {
      const { position = null, code = 'UNREACHABLE', message = `HTTP ${request.status}` } = answerOf(request.responseText)
      if (request.status < 300) resolve({ position })
      else reject(new AskError(code, message))
    }
    request.send(file)
  })
}

function answerOf(body: string): Answer {
  try {
    return JSON.parse(body) as Answer
  } catch {
    return {}
  }
}
