/** Ed25519 is the runtime's own: Node proves the scheme in `test/wire`, this that workerd has it and agrees. */
import { expect, it } from 'vitest'
import { bytes } from '../../src/wire/message.ts'
import { standardWebhook } from '../../src/wire/standard-webhook.ts'

const scheme = standardWebhook({ publicKey: 'publicKey' })
const verdict = (publicKey: string, body: string) =>
  scheme.verify(
    {
      method: 'POST',
      url: 'https://router.test/',
      headers: {
        'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        'webhook-timestamp': '1614265330',
        'webhook-signature':
          'v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg==',
      },
      body: bytes(body),
    },
    { publicKey },
    1_614_265_330_000,
  ).ok

it('takes the published v1a vector, and nothing that differs', () => {
  const publicKey = 'whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4='
  expect(verdict(publicKey, '{"test": 2432232314}')).toBe(true)
  expect(verdict(publicKey, '{"test": 2432232315}')).toBe(false)
  for (const wrong of ['whpk_', `whpk_${'/'.repeat(43)}=`, `whpk_${'A'.repeat(43)}=`])
    expect(verdict(wrong, '{"test": 2432232314}')).toBe(false)
})
