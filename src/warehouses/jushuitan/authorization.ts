/** Tokens of an app for one's own shop (自有商城) live 30 days and are refreshed. https://openweb.jushuitan.com/doc?docId=23 */
import { z } from 'zod'
import { done, failure } from '../../wire/answer.ts'
import type { Authorization } from '../../wire/authorization.ts'
import { read, signed } from './call.ts'

const Token = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1),
  expires_in: z.coerce.number().positive(),
})

export const authorization: Authorization = {
  *refresh({ baseUrl, credentials, now }) {
    const { appKey = '', appSecret = '', refreshToken = '' } = credentials
    const system = { app_key: appKey, charset: 'utf-8', grant_type: 'refresh_token', scope: 'all' }
    const fields = { ...system, refresh_token: refreshToken }
    const answer = read(yield signed(`${baseUrl}/openWeb/auth/refreshToken`, fields, appSecret, now, false), false)
    if ('class' in answer) return answer
    const token = Token.safeParse(answer.value)
    if (!token.success) return failure('unknown', false, 'the answer holds no token')
    const { access_token: accessToken, refresh_token, expires_in } = token.data
    return done({ credentials: { accessToken, refreshToken: refresh_token }, expiresAt: now + expires_in * 1000 })
  },
  aheadMs: 86_400_000,
}
