/** What 快递100 pushes and answers. https://api.kuaidi100.com/document/pushService, its java-demo. */
import { z } from 'zod'
import { jsonText } from '../../wire/json-text.ts'
import { Id, optional } from '../../wire/values.ts'

const Text = optional(z.string().max(10_000))
const Code = optional(Id)

const Scan = z.object({ context: Text, time: Text, ftime: Text, status: Text, location: Text, areaName: Text })

/** Newest scan first. */
export const Result = z.object({ nu: Id, com: Id, state: Code, data: optional(z.array(Scan)) })
export type Result = z.output<typeof Result>

const Pushed = z.object({
  status: Text,
  message: Text,
  autoCheck: Code,
  comOld: Code,
  comNew: Code,
  lastResult: Result,
})
export type Pushed = z.output<typeof Pushed>

export const Push = z.object({ param: jsonText(Pushed) })
export type Push = z.output<typeof Push>
