/** For a field of a form: throws an error with `message` and the place where a text is no JSON. */
export async function checkJson(text: string, message: string): Promise<void> {
  try {
    JSON.parse(text)
  } catch (error) {
    throw new Error(`${message}: ${(error as Error).message}`)
  }
}
