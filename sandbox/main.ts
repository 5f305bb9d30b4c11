/** `node sandbox/main.ts [--port 8788] [--data .data/sandbox] [--seed n]`; prints one JSON line when it listens. */
import { parseArgs } from 'node:util'
import { startSandbox } from './server.ts'

const { values } = parseArgs({
  options: { port: { type: 'string' }, data: { type: 'string' }, seed: { type: 'string' } },
})

const sandbox = await startSandbox({
  port: Number(values.port ?? process.env.SANDBOX_PORT ?? 8788),
  dir: values.data ?? process.env.SANDBOX_DATA ?? '.data/sandbox',
  ...(values.seed ? { seed: Number(values.seed) } : {}),
})
console.log(JSON.stringify({ sandbox: sandbox.url, control: `${sandbox.url}/_control`, page: `${sandbox.url}/` }))

let isClosing = false
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => {
    if (isClosing) return
    isClosing = true
    void sandbox.close().then(() => process.exit(0))
  })
