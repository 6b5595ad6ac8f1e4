interface Refused {
  readonly error?: { readonly code: string; readonly message: string }
}

/** Sends a package. With XMLHttpRequest, because fetch does not tell how much of a body has been sent. Rejects with code and message. */
export function uploadPackage(app: string, version: string, file: File, progress: (percent: number) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', `/apps/${encodeURIComponent(app)}/versions/${encodeURIComponent(version)}`)
    request.setRequestHeader('content-type', 'application/zip')
    request.upload.onprogress = ({ loaded, total }) => progress(Math.floor((loaded / total) * 100))
    request.onerror = () => reject(new Error('UNREACHABLE'))
    request.onload = () => (request.status < 300 ? resolve() : reject(new Error(refusalText(request.responseText, request.status))))
    request.send(file)
  })
}

function refusalText(body: string, status: number): string {
  try {
    const { error } = JSON.parse(body) as Refused
    return error ? `${error.code}. ${error.message}` : `HTTP ${status}`
  } catch {
    return `HTTP ${status}`
  }
}
