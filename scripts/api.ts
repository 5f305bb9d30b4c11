/** The merchant API as the scripts use it. Answers that are no 2xx throw with what the problem document says. */
export interface Api {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown, key?: string): Promise<T>
}

export const apiClient = (url: string, token: string): Api => {
  const ask = async <T>(method: string, path: string, body?: unknown, key?: string): Promise<T> => {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text) as T
  }
  return { get: (path) => ask('GET', path), post: (path, body, key) => ask('POST', path, body, key) }
}
